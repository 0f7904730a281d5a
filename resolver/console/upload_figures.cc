#include "resolver/console/upload_figures.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

// Of the commit. Withdrawals take from the count of records, but not from the other counts.
uint64_t CountedRecords(const v1::UploadCounts& counts) {
  const uint64_t rejected = std::min(counts.rejected_rows(), counts.rows());
  return std::max(counts.records(), counts.rows() - rejected);
}

}  // namespace

bool IsSmall(const v1::UploadInfo& upload) {
  return upload.records() > 0 && upload.records() <= kSmallDataset;
}

std::string RecordsText(const v1::UploadInfo& upload) {
  return IsSmall(upload) ? absl::StrCat("1 to ", kSmallDataset) : CountText(upload.records());
}

std::optional<double> FillOf(const v1::UploadInfo& upload, uint32_t match_key) {
  const uint64_t records = CountedRecords(upload.counts());
  if (records == 0 || IsSmall(upload)) return std::nullopt;
  for (const v1::MatchKeyCounts& key : upload.counts().match_keys()) {
    if (key.match_key() != match_key) continue;
    const uint64_t without = std::min(key.records_without(), records);
    return static_cast<double>(records - without) / static_cast<double>(records);
  }
  return std::nullopt;
}

std::set<uint32_t> FilledKeys(const std::vector<v1::UploadInfo>& uploads) {
  std::set<uint32_t> keys;
  for (const v1::UploadInfo& upload : uploads) {
    for (const v1::MatchKeyCounts& key : upload.counts().match_keys()) {
      if (FillOf(upload, key.match_key()).value_or(0) > 0) keys.insert(key.match_key());
    }
  }
  return keys;
}

std::optional<double> MeanFillOf(const v1::UploadInfo& upload, const std::set<uint32_t>& keys) {
  if (keys.empty() || IsSmall(upload) || upload.counts().match_keys().empty()) return std::nullopt;
  double sum = 0;
  for (const uint32_t key : keys) sum += FillOf(upload, key).value_or(0);
  return sum / static_cast<double>(keys.size());
}

std::optional<double> TokensPerRecordOf(const v1::UploadInfo& upload) {
  const uint64_t records = CountedRecords(upload.counts());
  if (records == 0 || IsSmall(upload)) return std::nullopt;
  return static_cast<double>(upload.counts().tokens()) / static_cast<double>(records);
}

void SortByCommit(std::vector<v1::UploadInfo>* uploads) {
  std::stable_sort(uploads->begin(), uploads->end(), [](const auto& a, const auto& b) {
    return a.commit_unix_seconds() < b.commit_unix_seconds();
  });
}

std::string CommittedText(const v1::UploadInfo& upload) {
  if (upload.commit_unix_seconds() > 0) return TimeText(upload.commit_unix_seconds());
  return upload.state() == v1::COMMITTED || upload.state() == v1::WITHDRAWN ? "unknown" : "-";
}

}  // namespace blindlink::resolver
