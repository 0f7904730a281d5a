#pragma once

#include <optional>
#include <string>
#include "absl/strings/string_view.h"

namespace blindlink {

// Lower-case hexadecimal digits, two per byte.
std::string HexEncode(absl::string_view bytes);

// The bytes, or nothing if `hex` has an odd length or another character than hexadecimal digits.
std::optional<std::string> HexDecode(absl::string_view hex);

}  // namespace blindlink
