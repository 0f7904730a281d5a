#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// Appends `value` unless `values` already has one with the same text.
inline void AddDistinct(StandardValue value, std::vector<StandardValue>* values) {
  const bool known =
      std::any_of(values->begin(), values->end(),
                  [&value](const StandardValue& other) { return other.text == value.text; });
  if (!known) values->push_back(std::move(value));
}

}  // namespace blindlink::agent
