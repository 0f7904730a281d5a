#pragma once

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Of letters without spaces, upper-case: NEWYORK, NY, CALIF -> the postal code; empty if unknown.
absl::string_view StateCode(absl::string_view name);

bool IsStateCode(absl::string_view code);

}  // namespace blindlink::agent
