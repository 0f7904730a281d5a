#include "resolver/indexfile/dataset_sum.h"

#include <memory>

#include "common/base/byte_order.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

void AppendBytes(const Posting& posting, std::string* out) {
  uint8_t record[sizeof(posting.record)];
  StoreBigEndian32(posting.record, record);
  const absl::string_view token = posting.token.AsView();
  out->append(token.data(), token.size());
  out->push_back(static_cast<char>(posting.match_key));
  out->append(reinterpret_cast<const char*>(record), sizeof(record));
  out->push_back(static_cast<char>(posting.form));
  out->push_back(static_cast<char>(posting.evidence.size));
  const absl::string_view evidence = posting.evidence.AsView();
  out->append(evidence.data(), evidence.size());
}

// Calls `take` for all that the cursor has.
template <typename T, typename Take>
absl::Status TakeAll(Cursor<T>& cursor, Take take) {
  while (true) {
    BL_ASSIGN_OR_RETURN(const absl::Span<const T> next, cursor.Next());
    if (next.empty()) return absl::OkStatus();
    BL_RETURN_IF_ERROR(take(next));
  }
}

}  // namespace

void DatasetSummer::Add(absl::Span<const RecordPseudonym> records) {
  for (const RecordPseudonym& record : records) records_.Update(record.AsView());
  sum_.records += records.size();
}

void DatasetSummer::Add(absl::Span<const Posting> postings) {
  constexpr size_t kEnough = size_t{64} << 10;
  for (const Posting& posting : postings) {
    AppendBytes(posting, &bytes_);
    if (bytes_.size() < kEnough) continue;
    postings_.Update(bytes_);
    bytes_.clear();
  }
  sum_.postings += postings.size();
}

DatasetSum DatasetSummer::Finish() {
  postings_.Update(bytes_);
  sum_.records_sha256 = records_.Finish();
  sum_.postings_sha256 = postings_.Finish();
  return sum_;
}

absl::Status ReadDataset(const TokenIndex& index, uint32_t dataset, TakeRecords records,
                         TakePostings postings) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<Cursor<RecordPseudonym>> all_records,
                      index.Records(dataset));
  BL_RETURN_IF_ERROR(TakeAll(*all_records, records));
  PostingQuery query;
  query.datasets = {dataset};
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<Cursor<Posting>> all_postings, index.Postings(query));
  return TakeAll(*all_postings, postings);
}

absl::StatusOr<DatasetSum> SumOf(const TokenIndex& index, uint32_t dataset, Step step) {
  DatasetSummer summer;
  BL_RETURN_IF_ERROR(ReadDataset(
      index, dataset,
      [&](absl::Span<const RecordPseudonym> records) {
        summer.Add(records);
        return step(0);
      },
      [&](absl::Span<const Posting> postings) {
        summer.Add(postings);
        return step(postings.size());
      }));
  return summer.Finish();
}

}  // namespace blindlink::resolver
