#pragma once

#include <cstdint>

namespace blindlink {

// Big-endian, so that the order of bytes is the order of numbers.
inline void StoreBigEndian32(uint32_t v, uint8_t* out) {
  out[0] = static_cast<uint8_t>(v >> 24);
  out[1] = static_cast<uint8_t>(v >> 16);
  out[2] = static_cast<uint8_t>(v >> 8);
  out[3] = static_cast<uint8_t>(v);
}
inline uint32_t LoadBigEndian32(const uint8_t* in) {
  return uint32_t{in[0]} << 24 | uint32_t{in[1]} << 16 | uint32_t{in[2]} << 8 | uint32_t{in[3]};
}
inline void StoreBigEndian64(uint64_t v, uint8_t* out) {
  StoreBigEndian32(static_cast<uint32_t>(v >> 32), out);
  StoreBigEndian32(static_cast<uint32_t>(v), out + 4);
}
inline uint64_t LoadBigEndian64(const uint8_t* in) {
  return uint64_t{LoadBigEndian32(in)} << 32 | LoadBigEndian32(in + 4);
}

}  // namespace blindlink
