#pragma once

#include <string>

#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "agent/standardize/standardize.h"

namespace blindlink::agent {

// A result as one line for tests: the texts joined by '|', "missing", or the reason in brackets.
inline std::string Standardized(v1::Standardizer standardizer, absl::string_view raw,
                                StandardizeOptions options = {}) {
  const StandardizeResult result = Standardize(standardizer, raw, options);
  switch (result.state) {
    case ValueState::kUsable:
      return absl::StrJoin(result.values, "|", [](std::string* out, const StandardValue& value) {
        out->append(value.text);
      });
    case ValueState::kMissing:
      return "missing";
    case ValueState::kInvalid:
      return std::string("invalid: ") + result.reason;
    case ValueState::kPlaceholder:
      return std::string("placeholder: ") + result.reason;
  }
  return "";
}

}  // namespace blindlink::agent
