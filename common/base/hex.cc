#include "common/base/hex.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace blindlink {

std::string HexEncode(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

std::optional<std::string> HexDecode(absl::string_view hex) {
  const bool digits = std::all_of(hex.begin(), hex.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  if (hex.size() % 2 != 0 || !digits) return std::nullopt;
  return absl::HexStringToBytes(hex);
}

}  // namespace blindlink
