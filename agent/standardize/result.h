#pragma once

#include <string>
#include <utility>

#include "agent/standardize/standard_value.h"

namespace blindlink {

inline StandardizeResult Usable(std::string text) {
  StandardizeResult result;
  result.state = ValueState::kUsable;
  result.values.emplace_back();
  result.values.back().text = std::move(text);
  return result;
}
inline StandardizeResult Missing() { return {}; }
// `reason` is a literal: it outlives the result.
inline StandardizeResult Invalid(const char* reason) { return {ValueState::kInvalid, {}, reason}; }
inline StandardizeResult Placeholder(const char* reason) {
  return {ValueState::kPlaceholder, {}, reason};
}

}  // namespace blindlink
