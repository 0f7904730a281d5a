#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/base/bytes16.h"
#include "resolver/index/posting.h"

namespace blindlink::resolver {

// Values in order, many at a time. Not thread-safe; the index must outlive it.
template <typename T>
class Cursor {
 public:
  virtual ~Cursor() = default;
  // The next values, at least one; empty at the end. Valid until the next call. DATA_LOSS if the
  // index is damaged.
  virtual absl::StatusOr<absl::Span<const T>> Next() = 0;
};

// Consecutive postings of one dataset, made ready for the index. Not thread-safe; each of its own
// thread.
class PostingBatch {
 public:
  virtual ~PostingBatch() = default;
  // In strictly rising order.
  virtual void Add(const Posting& posting) = 0;
};

// A part of a dataset (DatasetWriter) is full from this size on.
inline constexpr uint64_t kPartBytes = uint64_t{256} << 20;

// A dataset on its way into the index. Nothing of it is seen before Commit.
class DatasetWriter {
 public:
  virtual ~DatasetWriter() = default;
  // Ordinals count up from 0. All records come before the first posting.
  virtual absl::Status AddRecord(const RecordPseudonym& record) = 0;
  // An empty batch, to be filled by any thread.
  virtual std::unique_ptr<PostingBatch> NewBatch() const = 0;
  // Batches of NewBatch, in the order of their postings.
  virtual absl::Status AddBatch(std::unique_ptr<PostingBatch> batch) = 0;
  // Whether the postings since the last part are enough for one.
  virtual bool PartIsFull() const = 0;
  // Puts these postings into `file`, durably, on the same disk as the index. A writer of the same
  // dataset that is begun with it need not be given them again: so long work can be interrupted.
  virtual absl::Status EndPart(const std::filesystem::path& file) = 0;
  // All or nothing, and durable when it returns.
  virtual absl::Status Commit(const storage::v1::CommittedDataset& dataset) = 0;
};

// Which postings are wanted.
struct PostingQuery {
  // Of tokens in [first, end); without `end` to the last.
  StoredToken first{};
  std::optional<StoredToken> end{};
  // Of these datasets, by number; empty: of all.
  std::vector<uint32_t> datasets{};
  // Not empty: only of tokens that one of these has. They are among `datasets`. What the others
  // have between is passed over, by look-up where that costs less than reading it.
  std::vector<uint32_t> met_by{};
};

// The tokens of one project: postings in the order of their keys, the records' pseudonyms, and
// which datasets they are. Written a whole dataset at a time, read in sweeps; so it can be cut by
// token over many machines. Implementations: RocksDB, and memory for tests, under one contract
// suite (tests/contract/token_index_test.cc).
//
// RESOURCE_EXHAUSTED from any write when the disk is full; the dataset can be written again.
// Thread-safe: readers see what is committed while a writer works. One writer at a time.
class TokenIndex {
 public:
  virtual ~TokenIndex() = default;

  // Goes on behind `parts`, which another writer of the same number made in this order; they may be
  // gone after Commit, and are left alone without it. ALREADY_EXISTS if the number is taken.
  virtual absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(
      uint32_t number, const std::vector<std::filesystem::path>& parts) = 0;
  // By number.
  virtual absl::StatusOr<std::vector<storage::v1::CommittedDataset>> Datasets() const = 0;

  // In the order of Posting, as of now.
  virtual absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const = 0;
  // By ordinal.
  virtual absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> Records(
      uint32_t dataset) const = 0;
};

}  // namespace blindlink::resolver
