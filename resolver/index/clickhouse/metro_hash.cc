#include "resolver/index/clickhouse/metro_hash.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace blindlink::resolver {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are read as they are");

constexpr uint64_t k0 = 0xC83A91E1;
constexpr uint64_t k1 = 0x8648DBDB;
constexpr uint64_t k2 = 0x7BDEC03B;
constexpr uint64_t k3 = 0x2F5870A5;

// The next number of a text.
template <typename Int>
uint64_t Take(const char** at) {
  Int number;
  std::memcpy(&number, *at, sizeof(number));
  *at += sizeof(number);
  return number;
}

uint64_t MixBlocks(uint64_t hash, const char** at, const char* end) {
  uint64_t a = hash;
  uint64_t b = hash;
  uint64_t c = hash;
  uint64_t d = hash;
  do {
    a = std::rotr(a + Take<uint64_t>(at) * k0, 29) + c;
    b = std::rotr(b + Take<uint64_t>(at) * k1, 29) + d;
    c = std::rotr(c + Take<uint64_t>(at) * k2, 29) + a;
    d = std::rotr(d + Take<uint64_t>(at) * k3, 29) + b;
  } while (end - *at >= 32);
  c ^= std::rotr((a + d) * k0 + b, 33) * k1;
  d ^= std::rotr((b + c) * k1 + a, 33) * k0;
  a ^= std::rotr((a + c) * k0 + d, 33) * k1;
  b ^= std::rotr((b + d) * k1 + c, 33) * k0;
  return hash + (a ^ b);
}

uint64_t MixHalfBlock(uint64_t hash, const char** at) {
  uint64_t a = std::rotr(hash + Take<uint64_t>(at) * k0, 33) * k1;
  uint64_t b = std::rotr(hash + Take<uint64_t>(at) * k1, 33) * k2;
  a ^= std::rotr(a * k0, 35) + b;
  b ^= std::rotr(b * k3, 35) + a;
  return hash + b;
}

template <typename Int>
uint64_t MixNumber(uint64_t hash, const char** at, int bits) {
  hash += Take<Int>(at) * k3;
  return hash ^ std::rotr(hash, bits) * k1;
}

}  // namespace

uint64_t MetroHash64(absl::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  uint64_t hash = k2 * k0 + text.size();
  if (end - at >= 32) hash = MixBlocks(hash, &at, end);
  if (end - at >= 16) hash = MixHalfBlock(hash, &at);
  if (end - at >= 8) hash = MixNumber<uint64_t>(hash, &at, 33);
  if (end - at >= 4) hash = MixNumber<uint32_t>(hash, &at, 15);
  if (end - at >= 2) hash = MixNumber<uint16_t>(hash, &at, 13);
  if (end - at >= 1) hash = MixNumber<uint8_t>(hash, &at, 25);
  hash ^= std::rotr(hash, 33);
  hash *= k0;
  return hash ^ std::rotr(hash, 33);
}

}  // namespace blindlink::resolver
