#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace blindlink {

// Numbers as Thrift's compact protocol and Parquet's encodings write them. Thread-safe.

// Takes a number from the front of `bytes`: seven bits a byte, the lowest first; the highest bit
// says that more follow. False if the bytes end before it does, or it has more than 64 bits.
inline bool TakeVarint(absl::string_view* bytes, uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (bytes->empty()) return false;
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

// 0, -1, 1, -2, … of 0, 1, 2, 3, …
inline int64_t FromZigZag(uint64_t value) {
  return static_cast<int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

}  // namespace blindlink
