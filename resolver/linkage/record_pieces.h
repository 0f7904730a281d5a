#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// Some consecutive records of one dataset of a run.
struct RecordPiece {
  size_t dataset = 0;     // index into the run's datasets
  uint32_t first = 0;     // the first record's number in its dataset
  uint64_t position = 0;  // the first record's position over all datasets of the run
  std::vector<RecordPseudonym> records;
};

// Hands out the records of a run's datasets to the threads that work on them. Thread-safe; the
// index and the datasets must outlive it.
class RecordPieces {
 public:
  RecordPieces(const TokenIndex& index, const std::vector<storage::v1::CommittedDataset>& datasets);

  // Fills `piece` with the next records; none at the end. DATA_LOSS if the index is damaged,
  // RESOURCE_EXHAUSTED if the run has more records than ranks. After an error, all threads get it.
  absl::Status Next(RecordPiece* piece);

  // The number of records handed out so far. Threads may ask at any time.
  uint64_t done() const { return done_.load(std::memory_order_relaxed); }
  // At the end: how many records each dataset has.
  const std::vector<uint64_t>& counts() const { return counts_; }

 private:
  absl::Status Read(RecordPiece* piece);

  const TokenIndex& index_;
  const std::vector<storage::v1::CommittedDataset>& datasets_;
  std::mutex mutex_;
  absl::Status status_;
  std::unique_ptr<Cursor<RecordPseudonym>> cursor_;  // null: the dataset has not been begun
  size_t dataset_ = 0;                               // that is being read
  std::vector<uint64_t> counts_;                     // by index of the dataset
  std::atomic<uint64_t> done_ = 0;
};

}  // namespace blindlink::resolver
