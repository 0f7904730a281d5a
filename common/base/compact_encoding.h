#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace blindlink {

// Short encodings for temporary files that the same process reads back. The Take functions expect
// what the Append functions wrote, and remove it from the front of `bytes`. Thread-safe.

// Seven bits a byte, lowest first; the highest bit says that more follow (LEB128).
inline void AppendCompact(uint64_t number, std::string* out) {
  for (; number >= 0x80; number >>= 7) out->push_back(static_cast<char>(number | 0x80));
  out->push_back(static_cast<char>(number));
}

inline void AppendCompact(absl::string_view text, std::string* out) {
  AppendCompact(uint64_t{text.size()}, out);
  out->append(text.data(), text.size());
}

inline uint64_t TakeCompactNumber(absl::string_view* bytes) {
  uint64_t number = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    number |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return number;
  }
}

// A part of `bytes`.
inline absl::string_view TakeCompactView(absl::string_view* bytes) {
  const auto size = static_cast<size_t>(TakeCompactNumber(bytes));
  const absl::string_view text = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return text;
}

inline std::string TakeCompactText(absl::string_view* bytes) {
  return std::string(TakeCompactView(bytes));
}

}  // namespace blindlink
