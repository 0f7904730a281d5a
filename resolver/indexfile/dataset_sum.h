#pragma once

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/bytes16.h"
#include "common/crypto/sha256.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// Everything that an index or a file holds of one dataset, as numbers and hashes, so that two of
// them can be compared. The engine makes no difference (docs/formats/index_file.md).
struct DatasetSum {
  uint64_t records = 0;
  uint64_t postings = 0;
  Sha256Digest records_sha256{};   // over all records, in order
  Sha256Digest postings_sha256{};  // over all postings, in order

  friend bool operator==(const DatasetSum&, const DatasetSum&) = default;
};

// Adds up one dataset. Not thread-safe.
class DatasetSummer {
 public:
  void Add(absl::Span<const RecordPseudonym> records);
  void Add(absl::Span<const Posting> postings);
  // Once, at the end.
  DatasetSum Finish();

 private:
  DatasetSum sum_;
  Sha256 records_;
  Sha256 postings_;
  std::string bytes_;  // of some postings
};

// Called again and again during long work, with the number of postings since the last call. An
// error ends the work with that error.
using Step = absl::FunctionRef<absl::Status(uint64_t postings)>;

using TakeRecords = absl::FunctionRef<absl::Status(absl::Span<const RecordPseudonym>)>;
using TakePostings = absl::FunctionRef<absl::Status(absl::Span<const Posting>)>;

// Gives all of a dataset that an index holds: first its records, then its postings, each in order.
// Errors of the index and of the calls.
absl::Status ReadDataset(const TokenIndex& index, uint32_t dataset, TakeRecords records,
                         TakePostings postings);

absl::StatusOr<DatasetSum> SumOf(const TokenIndex& index, uint32_t dataset, Step step);

}  // namespace blindlink::resolver
