#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "common/base/byte_order.h"

namespace blindlink {

// Sixteen bytes, ordered as by memcmp: the base of the fixed-size ids. The tag keeps a token from
// being passed where a record pseudonym is expected.
template <typename Tag>
struct Bytes16 {
  static constexpr size_t kSize = 16;
  std::array<uint8_t, kSize> bytes{};

  // `from` must point to 16 bytes.
  static Bytes16 FromBytes(const void* from) {
    Bytes16 out;
    std::memcpy(out.bytes.data(), from, kSize);
    return out;
  }
  absl::string_view AsView() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  friend bool operator==(const Bytes16&, const Bytes16&) = default;
  friend std::strong_ordering operator<=>(const Bytes16& a, const Bytes16& b) {
    // Compared as numbers, which is faster than a call of memcmp.
    const uint64_t left = LoadBigEndian64(a.bytes.data());
    const uint64_t right = LoadBigEndian64(b.bytes.data());
    if (left != right) return left <=> right;
    return LoadBigEndian64(a.bytes.data() + 8) <=> LoadBigEndian64(b.bytes.data() + 8);
  }
  template <typename H>
  friend H AbslHashValue(H h, const Bytes16& v) {
    return H::combine_contiguous(std::move(h), v.bytes.data(), v.bytes.size());
  }
};

// The keyed hash of one match key of one record.
using Token = Bytes16<struct TokenTag>;
// A site's pseudonym for a record id; as text, 32 hexadecimal digits.
using RecordPseudonym = Bytes16<struct RecordPseudonymTag>;
// A resolved person, as published in a run.
using EntityId = Bytes16<struct EntityIdTag>;

}  // namespace blindlink
