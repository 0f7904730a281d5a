#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/compare/comparable_record.h"
#include "agent/standardize/standardize_values.h"

namespace blindlink::agent {

// The comparable form of a raw value.
inline ComparableValue Comparable(v1::Standardizer standardizer, const std::string& raw) {
  std::vector<StandardValue> values;
  TextOutcomes outcomes;
  StandardizeValues(standardizer, {raw}, {}, &values, &outcomes);
  if (values.empty()) {
    ADD_FAILURE() << "not usable: " << raw;
    return {};
  }
  return MakeComparable(standardizer, values[0]);
}

}  // namespace blindlink::agent
