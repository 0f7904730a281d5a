#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "resolver/index/posting.h"

namespace blindlink::resolver {

// The bytes of every key in the token index (docs/formats/index_keys.md). Fixed widths, big-endian,
// so keys compared as bytes (memcmp) have the order of their values.

using PostingKey = std::array<uint8_t, 20>;
using RecordIndexKey = std::array<uint8_t, 8>;

// A page of postings has the key of its last posting. So a posting can only be in the first page
// whose key is not less than its own.
PostingKey EncodePosting(const Posting& posting);
// The posting without its evidence. Nothing if `key` does not have exactly 20 bytes.
std::optional<Posting> DecodePosting(absl::string_view key);

RecordIndexKey EncodeRecord(uint32_t dataset, uint32_t record);
struct RecordAddress {
  uint32_t dataset = 0;
  uint32_t record = 0;
};
// Nothing if `key` does not have exactly 8 bytes.
std::optional<RecordAddress> DecodeRecord(absl::string_view key);

template <size_t n>
absl::string_view AsView(const std::array<uint8_t, n>& key) {
  return {reinterpret_cast<const char*>(key.data()), n};
}

}  // namespace blindlink::resolver
