#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace blindlink::resolver {

// One bit for each rank of a run. Threads may set bits at the same time; Take when they have ended.
class RankMarks {
 public:
  explicit RankMarks(uint32_t records) : records_(records), words_(records / 64 + 1) {}

  void Set(uint32_t rank) {
    words_[rank / 64].fetch_or(uint64_t{1} << rank % 64, std::memory_order_relaxed);
    any_.store(true, std::memory_order_relaxed);
  }
  bool any() const { return any_; }
  std::vector<bool> Take() const {
    std::vector<bool> bits(records_);
    for (uint32_t rank = 0; rank < records_; ++rank) {
      bits[rank] = (words_[rank / 64] >> rank % 64 & 1) != 0;
    }
    return bits;
  }

 private:
  const uint32_t records_;
  std::vector<std::atomic<uint64_t>> words_;
  std::atomic<bool> any_ = false;
};

}  // namespace blindlink::resolver
