#include "resolver/ingest/rewrite_dataset.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
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

using Records = absl::flat_hash_set<RecordPseudonym>;

// Calls `handle(record)` for each of the dataset, in order.
template <typename Handle>
absl::Status ForEachRecord(const TokenIndex& index, uint32_t dataset,
                           const std::atomic<bool>& cancel, Handle handle) {
  BL_ASSIGN_OR_RETURN(const auto cursor, index.Records(dataset));
  while (true) {
    if (cancel) return StoppingError();
    BL_ASSIGN_OR_RETURN(const absl::Span<const RecordPseudonym> next, cursor->Next());
    if (next.empty()) return absl::OkStatus();
    for (const RecordPseudonym& record : next) BL_RETURN_IF_ERROR(handle(record));
  }
}

// Writes a dataset under another number, less some records. Ordinals close up, so that postings
// stay in their order.
class Reducer {
 public:
  Reducer(uint32_t number, DatasetWriter& writer, const std::atomic<bool>& cancel)
      : number_(number), writer_(writer), cancel_(cancel), batch_(writer.NewBatch()) {}

  absl::Status CopyRecords(const TokenIndex& index, uint32_t from, const Records& without) {
    return ForEachRecord(index, from, cancel_, [&](const RecordPseudonym& record) {
      const bool goes = without.contains(record);
      ordinals_.push_back(goes ? kGone : kept_++);
      return goes ? absl::OkStatus() : writer_.AddRecord(record);
    });
  }

  absl::Status CopyPostings(const TokenIndex& index, uint32_t from) {
    PostingQuery query;
    query.datasets = {from};
    BL_ASSIGN_OR_RETURN(const auto postings, index.Postings(query));
    while (true) {
      if (cancel_) return StoppingError();
      BL_ASSIGN_OR_RETURN(const absl::Span<const Posting> next, postings->Next());
      if (next.empty()) return AddBatch();
      for (Posting posting : next) BL_RETURN_IF_ERROR(Copy(&posting));
    }
  }

  uint64_t kept() const { return kept_; }
  uint64_t postings_gone() const { return postings_gone_; }

 private:
  static constexpr uint32_t kGone = 0xffffffff;

  absl::Status Copy(Posting* posting) {
    posting->dataset = number_;
    if (!IsOverused(*posting)) {
      if (posting->record >= ordinals_.size()) {
        return absl::DataLossError("the token index names a record that its dataset does not have");
      }
      posting->record = ordinals_[posting->record];
      if (posting->record == kGone) {
        postings_gone_ += IsMark(*posting) ? 0 : 1;
        return absl::OkStatus();
      }
    }
    batch_->Add(*posting);
    return ++in_batch_ < kBatchSize ? absl::OkStatus() : AddBatch();
  }

  absl::Status AddBatch() {
    if (std::exchange(in_batch_, 0) == 0) return absl::OkStatus();
    return writer_.AddBatch(std::exchange(batch_, writer_.NewBatch()));
  }

  const uint32_t number_;
  DatasetWriter& writer_;
  const std::atomic<bool>& cancel_;
  std::unique_ptr<PostingBatch> batch_;
  size_t in_batch_ = 0;
  std::vector<uint32_t> ordinals_;  // by former ordinal
  uint32_t kept_ = 0;
  uint64_t postings_gone_ = 0;
};

// The row of the dataset under its new number, without what it loses.
storage::v1::CommittedDataset AfterRewriting(const storage::v1::CommittedDataset& dataset,
                                             uint32_t number, uint32_t correction) {
  storage::v1::CommittedDataset after = dataset;
  after.set_dataset_number(number);
  // What took records out of it under an earlier release is not known.
  while (after.corrected_by_size() < after.earlier_numbers_size()) after.add_corrected_by(0);
  after.add_earlier_numbers(dataset.dataset_number());
  after.add_corrected_by(correction);
  const bool is_first = dataset.earlier_numbers().empty();
  if (is_first && after.records_at_commit() == 0) after.set_records_at_commit(dataset.records());
  return after;
}

}  // namespace

absl::StatusOr<uint64_t> CountRecords(const TokenIndex& index, uint32_t dataset,
                                      const absl::flat_hash_set<RecordPseudonym>& records,
                                      const std::atomic<bool>& cancel) {
  uint64_t count = 0;
  BL_RETURN_IF_ERROR(ForEachRecord(index, dataset, cancel, [&](const RecordPseudonym& record) {
    count += records.contains(record) ? 1 : 0;
    return absl::OkStatus();
  }));
  return count;
}

absl::StatusOr<storage::v1::CommittedDataset> RewriteWithout(
    const storage::v1::CommittedDataset& dataset,
    const absl::flat_hash_set<RecordPseudonym>& records, uint32_t number, uint32_t correction,
    TokenIndex& index, const std::atomic<bool>& cancel) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<DatasetWriter> writer,
                      index.BeginDataset(number, /*scratch=*/{}));
  Reducer reducer(number, *writer, cancel);
  BL_RETURN_IF_ERROR(reducer.CopyRecords(index, dataset.dataset_number(), records));
  BL_RETURN_IF_ERROR(reducer.CopyPostings(index, dataset.dataset_number()));
  storage::v1::CommittedDataset reduced = AfterRewriting(dataset, number, correction);
  const uint64_t gone = dataset.records() - reducer.kept();
  reduced.set_records(reducer.kept());
  reduced.set_postings(dataset.postings() - std::min(dataset.postings(), reducer.postings_gone()));
  v1::UploadCounts& counts = *reduced.mutable_counts();
  counts.set_records(counts.records() - std::min<uint64_t>(counts.records(), gone));
  BL_RETURN_IF_ERROR(writer->Commit(reduced));
  return reduced;
}

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
