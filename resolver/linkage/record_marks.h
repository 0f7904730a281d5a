#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <vector>

#include "blindlink/storage/v1/resolver_storage.pb.h"

namespace blindlink::resolver {

// One bit for each record of several datasets. Thread-safe as long as bits are only set.
class RecordMarks {
 public:
  explicit RecordMarks(const std::vector<storage::v1::CommittedDataset>& datasets) {
    for (const auto& dataset : datasets) {
      if (by_number_.size() <= dataset.dataset_number()) {
        by_number_.resize(dataset.dataset_number() + 1);
      }
      by_number_[dataset.dataset_number()] = Words(dataset.records() / 64 + 1);
    }
  }

  // False if there is no such record.
  bool Set(uint32_t dataset, uint32_t record) {
    if (dataset >= by_number_.size() || record / 64 >= by_number_[dataset].size()) return false;
    by_number_[dataset][record / 64].fetch_or(uint64_t{1} << record % 64,
                                              std::memory_order_relaxed);
    return true;
  }
  bool Has(uint32_t dataset, uint32_t record) const {
    return by_number_[dataset][record / 64].load(std::memory_order_relaxed) >> record % 64 & 1;
  }
  // The number of records of the dataset that are marked.
  uint64_t Count(uint32_t dataset) const {
    uint64_t count = 0;
    for (const auto& word : by_number_[dataset]) {
      count += static_cast<uint64_t>(std::popcount(word.load(std::memory_order_relaxed)));
    }
    return count;
  }

 private:
  using Words = std::vector<std::atomic<uint64_t>>;
  std::vector<Words> by_number_;
};

}  // namespace blindlink::resolver
