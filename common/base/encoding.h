#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "common/base/byte_order.h"

namespace blindlink {

// Encodings of what is hashed or written, appended to `out`: numbers are big-endian, and a text
// follows its length in bytes, so that no two lists of texts have the same encoding. How wide a
// number or a length is belongs to each format (docs/formats) and must stay as it is. Thread-safe.

inline void AppendNumber32(uint32_t number, std::string* out) {
  uint8_t bytes[4];
  StoreBigEndian32(number, bytes);
  out->append(reinterpret_cast<const char*>(bytes), sizeof(bytes));
}

inline void AppendNumber64(uint64_t number, std::string* out) {
  uint8_t bytes[8];
  StoreBigEndian64(number, bytes);
  out->append(reinterpret_cast<const char*>(bytes), sizeof(bytes));
}

// The length takes 4 bytes; `text` must be shorter than 4 GiB.
inline void AppendText32(absl::string_view text, std::string* out) {
  AppendNumber32(static_cast<uint32_t>(text.size()), out);
  out->append(text.data(), text.size());
}

// The length takes 8 bytes.
inline void AppendText64(absl::string_view text, std::string* out) {
  AppendNumber64(text.size(), out);
  out->append(text.data(), text.size());
}

}  // namespace blindlink
