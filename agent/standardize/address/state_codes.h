#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The postal abbreviation of a state: NEWYORK, NY, CALIF. Empty if it is unknown. Expects
// upper-case letters without spaces. Thread-safe.
absl::string_view StateCode(absl::string_view name);

// Whether `code` is itself a postal abbreviation. Thread-safe.
bool IsStateCode(absl::string_view code);

}  // namespace blindlink::agent
