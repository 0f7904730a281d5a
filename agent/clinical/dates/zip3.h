#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// The first three digits of a US ZIP code; "000" if 20 000 people or fewer live there (the 17 areas
// of the Census of 2000 that the Department of Health and Human Services lists in its guidance on
// 45 CFR 164.514(b)); empty for what is no ZIP code. Four
// digits are a ZIP code whose zero at the front was lost.
std::string Zip3(absl::string_view zip);

}  // namespace blindlink::agent
