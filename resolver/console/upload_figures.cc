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

std::optional<double> MeanFillOf(const v1::UploadInfo& upload) {
  double sum = 0;
  int filled = 0;
  for (const v1::MatchKeyCounts& key : upload.counts().match_keys()) {
    const double fill = FillOf(upload, key.match_key()).value_or(0);
    if (fill <= 0) continue;
    sum += fill;
    ++filled;
  }
  return filled == 0 ? std::nullopt : std::optional(sum / filled);
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
