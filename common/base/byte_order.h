#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace blindlink {

// Big-endian, so that comparing bytes compares the numbers.
inline uint32_t ToBigEndian(uint32_t v) {
  return std::endian::native == std::endian::big ? v : __builtin_bswap32(v);
}
inline uint64_t ToBigEndian(uint64_t v) {
  return std::endian::native == std::endian::big ? v : __builtin_bswap64(v);
}
inline void StoreBigEndian32(uint32_t v, uint8_t* out) {
  v = ToBigEndian(v);
  std::memcpy(out, &v, sizeof(v));
}
inline uint32_t LoadBigEndian32(const uint8_t* in) {
  uint32_t v;
  std::memcpy(&v, in, sizeof(v));
  return ToBigEndian(v);
}
inline void StoreBigEndian64(uint64_t v, uint8_t* out) {
  v = ToBigEndian(v);
  std::memcpy(out, &v, sizeof(v));
}
inline uint64_t LoadBigEndian64(const uint8_t* in) {
  uint64_t v;
  std::memcpy(&v, in, sizeof(v));
  return ToBigEndian(v);
}

// Little-endian, for sets of bits: bit i is in byte i / 8.
inline void StoreLittleEndian64(uint64_t v, uint8_t* out) {
  StoreBigEndian64(__builtin_bswap64(v), out);
}
inline uint64_t LoadLittleEndian64(const uint8_t* in) {
  return __builtin_bswap64(LoadBigEndian64(in));
}

}  // namespace blindlink
