#include "resolver/ingest/rewrite_dataset.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "common/base/status_macros.h"
#include "common/extsort/external_sorter.h"
#include "resolver/index/overused_token.h"
#include "resolver/ingest/sorted_posting.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kBatchSize = size_t{1} << 16;

absl::Status StoppingError() { return absl::CancelledError("the resolver is stopping"); }

absl::Status WiderThanPlanError() {
  return absl::DataLossError(
      "the token index holds more evidence than the plan has: restore the data directory from a "
      "backup");
}

template <size_t evidence_size>
class Rewriter {
 public:
  using Sorted = SortedPosting<evidence_size>;

  Rewriter(uint32_t number, const std::atomic<bool>& cancel, const std::filesystem::path& folder,
           const WorkLimits& limits)
      : number_(number), cancel_(cancel), sorter_(folder, limits.memory_budget / 2) {}

  absl::Status Read(const TokenIndex& from, TokenConverter& converter) {
    PostingQuery query;
    query.datasets = {number_};
    BL_ASSIGN_OR_RETURN(const auto postings, from.Postings(query));
    std::vector<StoredToken> tokens;
    while (true) {
      if (cancel_) return StoppingError();
      BL_ASSIGN_OR_RETURN(const absl::Span<const Posting> next, postings->Next());
      if (next.empty()) return sorter_.Sort();
      tokens.clear();
      for (const Posting& posting : next) tokens.push_back(posting.token);
      converter.Convert(absl::MakeSpan(tokens));
      for (size_t i = 0; i < next.size(); ++i) {
        if (IsMark(next[i])) tokens[i] = next[i].token;  // of no token
        if (next[i].evidence.size > evidence_size) return WiderThanPlanError();
        BL_RETURN_IF_ERROR(sorter_.Add(WithToken(tokens[i], next[i])));
      }
    }
  }

  absl::Status Write(DatasetWriter& writer) {
    std::unique_ptr<PostingBatch> batch = writer.NewBatch();
    size_t count = 0;
    while (true) {
      BL_ASSIGN_OR_RETURN(const Sorted* next, sorter_.Next());
      if (next == nullptr) return count > 0 ? writer.AddBatch(std::move(batch)) : absl::OkStatus();
      batch->Add(next->OfDataset(number_));
      if (++count < kBatchSize) continue;
      if (cancel_) return StoppingError();
      BL_RETURN_IF_ERROR(writer.AddBatch(std::move(batch)));
      batch = writer.NewBatch();
      count = 0;
    }
  }

 private:
  static Sorted WithToken(const StoredToken& token, const Posting& posting) {
    Sorted sorted{token,          posting.match_key,     posting.form,
                  posting.record, posting.evidence.size, {}};
    std::memcpy(sorted.evidence.data(), posting.evidence.bytes.data(), posting.evidence.size);
    return sorted;
  }

  const uint32_t number_;
  const std::atomic<bool>& cancel_;
  ExternalSorter<Sorted> sorter_;
};

absl::Status CopyRecords(uint32_t number, const TokenIndex& from, DatasetWriter& writer) {
  BL_ASSIGN_OR_RETURN(const auto records, from.Records(number));
  while (true) {
    BL_ASSIGN_OR_RETURN(const absl::Span<const RecordPseudonym> next, records->Next());
    if (next.empty()) return absl::OkStatus();
    for (const RecordPseudonym& record : next) BL_RETURN_IF_ERROR(writer.AddRecord(record));
  }
}

}  // namespace

absl::Status RewriteDataset(const storage::v1::CommittedDataset& dataset, const TokenIndex& from,
                            TokenIndex& to, TokenConverter& converter, size_t max_evidence,
                            const std::filesystem::path& temporary_folder, const WorkLimits& limits,
                            const std::atomic<bool>& cancel) {
  const uint32_t number = dataset.dataset_number();
  const size_t largest = std::max(max_evidence, kEvidenceOfOverused);
  return WithEvidenceSize(largest, [&]<size_t size>() -> absl::Status {
    Rewriter<size> rewriter(number, cancel, temporary_folder, limits);
    BL_RETURN_IF_ERROR(rewriter.Read(from, converter));
    BL_ASSIGN_OR_RETURN(const std::unique_ptr<DatasetWriter> writer,
                        to.BeginDataset(number, /*scratch=*/{}));
    BL_RETURN_IF_ERROR(CopyRecords(number, from, *writer));
    BL_RETURN_IF_ERROR(rewriter.Write(*writer));
    return writer->Commit(dataset);
  });
}

}  // namespace blindlink::resolver
