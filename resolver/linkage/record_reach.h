#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <vector>

namespace blindlink::resolver {

// Which records of a run, by rank, share tokens with records that they may be compared with, and
// whether all of these tokens are over-used. Thread-safe while it is marked; two bits per record.
class RecordReach {
 public:
  // `datasets`: higher than the numbers of all datasets.
  RecordReach(uint32_t records, uint32_t datasets)
      : by_used_(records / 64 + 1), by_overused_(records / 64 + 1), counted_(datasets) {}

  void ShareUsed(uint32_t rank) { Set(&by_used_, rank); }
  void ShareOverused(uint32_t rank) { Set(&by_overused_, rank); }
  // Some of the dataset's records, of which the index has only the number, share an over-used
  // token.
  void ShareOverusedOf(uint32_t dataset) { counted_[dataset] = true; }
  bool SharesOverusedOf(uint32_t dataset) const { return counted_[dataset]; }

  // Calls `handle(rank)` in order, for all records marked by ShareUsed or by ShareOverused.
  template <typename Handle>
  void ForEachUsed(Handle handle) const {
    ForEach(by_used_, handle);
  }
  template <typename Handle>
  void ForEachOverused(Handle handle) const {
    ForEach(by_overused_, handle);
  }

  uint64_t CountOnlyOverused() const {
    uint64_t records = 0;
    for (size_t i = 0; i < by_used_.size(); ++i) {
      records += static_cast<uint64_t>(std::popcount(by_overused_[i] & ~by_used_[i]));
    }
    return records;
  }

 private:
  using Bits = std::vector<std::atomic<uint64_t>>;

  template <typename Handle>
  static void ForEach(const Bits& bits, Handle& handle) {
    for (size_t i = 0; i < bits.size(); ++i) {
      for (uint64_t left = bits[i]; left != 0; left &= left - 1) {
        handle(static_cast<uint32_t>(64 * i + static_cast<size_t>(std::countr_zero(left))));
      }
    }
  }

  // Most bits are set many times, and only the first time costs a write.
  static void Set(Bits* bits, uint32_t rank) {
    std::atomic<uint64_t>& word = (*bits)[rank / 64];
    const uint64_t bit = uint64_t{1} << rank % 64;
    if ((word.load(std::memory_order_relaxed) & bit) == 0) {
      word.fetch_or(bit, std::memory_order_relaxed);
    }
  }

  Bits by_used_;
  Bits by_overused_;
  std::vector<std::atomic<bool>> counted_;  // by dataset number
};

}  // namespace blindlink::resolver
