#pragma once

#include <cstddef>
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

class OwnedSharedIndex;  // shared_index.h

// Reads values in order, in batches. Not thread-safe; the index must outlive it.
template <typename T>
class Cursor {
 public:
  virtual ~Cursor() = default;
  // The next values: at least one, or none at the end. Valid until the next call. DATA_LOSS if the
  // index is damaged.
  virtual absl::StatusOr<absl::Span<const T>> Next() = 0;
};

// Consecutive postings of one dataset, encoded for the index. Not thread-safe, but several threads
// may each fill a batch at the same time.
class PostingBatch {
 public:
  virtual ~PostingBatch() = default;
  // In strictly increasing order.
  virtual void Add(const Posting& posting) = 0;
};

// Writes one dataset. None of it is visible before Commit. Not thread-safe, except for NewBatch.
//
// The caller divides the tokens into consecutive ranges, numbered from 0 and the same for every
// writer of the dataset, and adds the postings range by range. If a writer is interrupted (it is
// destroyed, or the process dies, before Commit), the next writer of the same dataset continues
// after the ranges that are durable.
class DatasetWriter {
 public:
  virtual ~DatasetWriter() = default;
  // How many ranges earlier, interrupted writers of this dataset made durable, from range 0 on.
  // Postings of these ranges must not be added again.
  virtual size_t finished_ranges() const = 0;
  // In order of the ordinals, from 0. Each writer needs all records, before the first posting.
  virtual absl::Status AddRecord(const RecordPseudonym& record) = 0;
  // Returns an empty batch. Thread-safe.
  virtual std::unique_ptr<PostingBatch> NewBatch() const = 0;
  // Adds a batch from NewBatch. Batches must be added in the order of their postings.
  virtual absl::Status AddBatch(std::unique_ptr<PostingBatch> batch) = 0;
  // Tells the writer that all postings of the ranges before `end` have been added. Returns true if
  // they are now durable, so that the caller may delete their source; otherwise false.
  virtual absl::StatusOr<bool> EndRanges(size_t end) = 0;
  // All or nothing, and durable when it returns.
  virtual absl::Status Commit(const storage::v1::CommittedDataset& dataset) = 0;
};

// Which postings to return.
struct PostingQuery {
  // Only tokens in [first, end); without `end`, all from `first` on.
  StoredToken first{};
  std::optional<StoredToken> end{};
  // Only these datasets, by number; all if empty.
  std::vector<uint32_t> datasets{};
  // If not empty: only tokens that at least one of these datasets has, with the postings of all of
  // `datasets`, which must include these. The postings in between are skipped, by look-up where
  // that costs less than reading them.
  std::vector<uint32_t> only_with{};
  // How many cursors of such queries are read at the same time. What a look-up costs on a disk
  // depends on that.
  size_t cursors = 1;
};

// The tokens of one project: the postings in order, the pseudonyms of the records, and the list of
// datasets. It is written one whole dataset at a time and read in sweeps, so it can be divided by
// token among many machines. Implementations: RocksDB, and memory for tests. One contract suite
// covers them all (tests/contract).
//
// Any write can return RESOURCE_EXHAUSTED when the disk is full; the dataset can then be written
// again. Thread-safe: readers see what is committed while a writer works. One writer at a time.
class TokenIndex {
 public:
  virtual ~TokenIndex() = default;

  // Begins a dataset, or continues it if an earlier writer of it was interrupted. Whatever must
  // outlive the writer is kept in the folder `scratch`, which belongs to this dataset alone and is
  // the same for all its writers; the caller removes it after Commit. If `scratch` is an empty
  // path, nothing is durable before Commit. ALREADY_EXISTS if the dataset is already committed.
  virtual absl::StatusOr<std::unique_ptr<DatasetWriter>> BeginDataset(
      uint32_t number, const std::filesystem::path& scratch) = 0;
  // Removes a dataset, its bytes too as far as the medium allows, and what writers left of one that
  // was not committed. A committed one stays in Datasets() until everything else of it is gone;
  // after an error, or if the process dies, call this again. Does nothing if there is no such
  // dataset. The caller sees to it that nobody reads it.
  virtual absl::Status RemoveDataset(uint32_t number) = 0;
  // In order of their numbers.
  virtual absl::StatusOr<std::vector<storage::v1::CommittedDataset>> Datasets() const = 0;

  // The postings committed at the time of the call, in the order of Posting.
  virtual absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const = 0;
  // How many cursors, each over a range of such a query, which names its datasets, are best read at
  // the same time where `threads` threads have processors: so many, or more if they will wait for a
  // medium.
  virtual absl::StatusOr<size_t> CursorsAtOnce(const PostingQuery& query, size_t threads) const;
  // In order of their ordinals.
  virtual absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> Records(
      uint32_t dataset) const = 0;

  // Lets workers on other machines take part in a run over these datasets. One run at a time: what
  // earlier ones left in the exchange is removed. Null if the engine has no place for it.
  virtual absl::StatusOr<std::unique_ptr<OwnedSharedIndex>> Share(
      const std::vector<uint32_t>& datasets) const;
};

}  // namespace blindlink::resolver
