#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"
#include "common/base/byte_order.h"

namespace blindlink::resolver {

// What the index stores of a token: the first ten bytes of the encrypted token. Among 1.3 billion
// tokens (43 million records with 30 each), 0.03 pairs of different tokens of one match key are
// expected to have the same ten bytes (docs/formats/index_keys.md). Ordered by its bytes.
struct StoredToken {
  static constexpr size_t kSize = 10;
  std::array<uint8_t, kSize> bytes{};

  // `from` must point to 10 bytes.
  static StoredToken FromBytes(const void* from) {
    StoredToken out;
    std::memcpy(out.bytes.data(), from, kSize);
    return out;
  }
  absl::string_view AsView() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  // The bytes as one big-endian number: the first eight, and the last two.
  uint64_t High() const { return LoadBigEndian64(bytes.data()); }
  uint16_t Low() const { return static_cast<uint16_t>(bytes[8] << 8 | bytes[9]); }

  // Compares numbers because memcmp is slower, and an ingest spends much of its time sorting.
  friend bool operator==(const StoredToken& a, const StoredToken& b) {
    return a.High() == b.High() && a.Low() == b.Low();
  }
  friend std::strong_ordering operator<=>(const StoredToken& a, const StoredToken& b) {
    if (a.High() != b.High()) return a.High() <=> b.High();
    return a.Low() <=> b.Low();
  }
};

}  // namespace blindlink::resolver
