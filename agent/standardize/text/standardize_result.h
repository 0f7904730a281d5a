#pragma once

#include <string>
#include <utility>

#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

inline StandardizeResult Usable(StandardValue value) {
  StandardizeResult result;
  result.state = ValueState::kUsable;
  result.values.push_back(std::move(value));
  return result;
}
inline StandardizeResult Usable(std::string text) {
  return Usable(StandardValue{std::move(text), {}, nullptr, false});
}
inline StandardizeResult Missing() { return {}; }
// `reason` must be a string literal, since it outlives the result.
inline StandardizeResult Invalid(const char* reason) {
  return {ValueState::kInvalid, {}, reason, {}};
}
// Invalid, but parts of `text` can be right.
inline StandardizeResult Damaged(const char* reason, std::string text) {
  return {ValueState::kInvalid, {StandardValue{std::move(text), {}, nullptr, true}}, reason, {}};
}
inline StandardizeResult Placeholder(const char* reason) {
  return {ValueState::kPlaceholder, {}, reason, {}};
}

}  // namespace blindlink::agent
