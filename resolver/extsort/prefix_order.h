#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace blindlink::resolver {

// Refers to one value of a sorted sequence.
struct PrefixEntry {
  uint64_t prefix;
  uint32_t index;  // of the value in the unsorted sequence
};

// Returns the order of at most 2^32 values by T::Prefix(), then operator<, without moving the
// values. One pass distributes the prefixes over buckets by the highest bits in which they differ
// (radix sort, most significant digit first); the buckets are then small enough to sort quickly.
template <typename T>
std::vector<PrefixEntry> OrderByPrefix(absl::Span<const T> values) {
  std::vector<PrefixEntry> order(values.size());
  if (values.empty()) return order;
  uint64_t lowest = ~uint64_t{0};
  uint64_t highest = 0;
  for (const T& value : values) {
    lowest = std::min(lowest, value.Prefix());
    highest = std::max(highest, value.Prefix());
  }
  // About 16 values per bucket, but no more buckets than fit in the cache.
  const int bucket_bits = std::clamp(static_cast<int>(std::bit_width(values.size())) - 5, 1, 16);
  const int shift = std::max(0, static_cast<int>(std::bit_width(highest - lowest)) - bucket_bits);
  const auto bucket_of = [&](const T& value) { return (value.Prefix() - lowest) >> shift; };

  std::vector<uint32_t> ends((size_t{1} << bucket_bits) + 1);
  for (const T& value : values) ++ends[bucket_of(value) + 1];
  for (size_t i = 1; i < ends.size(); ++i) ends[i] += ends[i - 1];
  for (uint32_t i = 0; i < values.size(); ++i) {
    order[ends[bucket_of(values[i])]++] = {values[i].Prefix(), i};
  }
  const auto before = [values](const PrefixEntry& a, const PrefixEntry& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return values[a.index] < values[b.index];
  };
  for (size_t bucket = 0, begin = 0; begin < order.size(); begin = ends[bucket++]) {
    std::sort(order.begin() + static_cast<std::ptrdiff_t>(begin),
              order.begin() + static_cast<std::ptrdiff_t>(ends[bucket]), before);
  }
  return order;
}

}  // namespace blindlink::resolver
