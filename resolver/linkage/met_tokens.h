#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/run_file.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/token_index.h"
#include "resolver/linkage/record_marks.h"
#include "resolver/linkage/run_control.h"

namespace blindlink::resolver {

// For a run with only_with: all postings of the tokens that those datasets have, kept in nameless
// files, and the records that have these tokens. The index is queried once; afterwards, records
// that share no token with the datasets of only_with cost nothing.
class MetTokens {
 public:
  // Gathers the postings of `query`, whose `datasets` and `only_with` must be set. Errors as in
  // RunLinkage.
  static absl::StatusOr<MetTokens> Gather(
      const TokenIndex& index, const PostingQuery& query,
      const std::vector<storage::v1::CommittedDataset>& datasets,
      const std::filesystem::path& temporary_folder, const WorkLimits& limits,
      const RunControl& control);

  // The postings of a range, as ForEachTokenRange numbers them with the same number of threads. The
  // cursor must not outlive this object.
  std::unique_ptr<Cursor<Posting>> Postings(size_t range) const;
  // The records of the datasets of only_with, and all records that share a token with one of them.
  const RecordMarks& records() const { return *records_; }
  uint64_t postings() const { return postings_; }

 private:
  std::vector<std::unique_ptr<RunFile>> files_;  // by range
  std::unique_ptr<RecordMarks> records_;
  uint64_t postings_ = 0;
};

}  // namespace blindlink::resolver
