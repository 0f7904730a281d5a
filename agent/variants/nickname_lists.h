#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink {

// Lines of a formal name and what its bearers are called: "ROBERT BOB BOBBY ...".
absl::Span<const absl::string_view> MensNicknames();
absl::Span<const absl::string_view> WomensNicknames();

}  // namespace blindlink
