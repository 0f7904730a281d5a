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

// For a run with only_with: the tokens of those datasets with all their postings, kept in unnamed
// files, and the records that have these tokens. The index is queried once, and records that share
// nothing with the datasets of only_with cost nothing afterwards.
class MetTokens {
 public:
  // Looks them up, or reads all, whichever costs less (TokenIndex::Postings). `query` has datasets
  // and only_with. Errors as in RunLinkage.
  static absl::StatusOr<MetTokens> Gather(
      const TokenIndex& index, const PostingQuery& query,
      const std::vector<storage::v1::CommittedDataset>& datasets,
      const std::filesystem::path& temporary_folder, const WorkLimits& limits,
      const RunControl& control);

  // Of a range of ForEachTokenRange with as many threads; it must not outlive this.
  std::unique_ptr<Cursor<Posting>> Postings(size_t range) const;
  // The records of the datasets of only_with, and all that share a token with one of them.
  const RecordMarks& records() const { return *records_; }
  uint64_t postings() const { return postings_; }

 private:
  std::vector<std::unique_ptr<RunFile>> files_;  // by range
  std::unique_ptr<RecordMarks> records_;
  uint64_t postings_ = 0;
};

}  // namespace blindlink::resolver
