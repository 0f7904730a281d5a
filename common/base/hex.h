#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace blindlink {

// Lower-case hexadecimal digits, two a byte.
std::string HexEncode(std::string_view bytes);

// The bytes, or nothing if `hex` has an odd length or a character that is no hexadecimal digit.
std::optional<std::string> HexDecode(std::string_view hex);

}  // namespace blindlink
