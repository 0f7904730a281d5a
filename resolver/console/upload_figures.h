#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "blindlink/v1/upload_service.pb.h"

namespace blindlink::resolver {

// What the console shows of a dataset's counts. Of datasets of 1 to kSmallDataset records, nothing
// is shown that was counted from them: each record is a large part of it. Pure functions.
inline constexpr uint64_t kSmallDataset = 10;

bool IsSmall(const v1::UploadInfo& upload);

// "1,234", or "1 to 10".
std::string RecordsText(const v1::UploadInfo& upload);

// The share of records that have every value the match key needs, of all that were committed, also
// if some have left since. Nothing if the dataset is small, or has no counts of the match key.
std::optional<double> FillOf(const v1::UploadInfo& upload, uint32_t match_key);
// The match keys that some record of these datasets has.
std::set<uint32_t> FilledKeys(const std::vector<v1::UploadInfo>& uploads);
// The mean over these match keys.
std::optional<double> MeanFillOf(const v1::UploadInfo& upload, const std::set<uint32_t>& keys);
std::optional<double> TokensPerRecordOf(const v1::UploadInfo& upload);

// In the order of their commits; those of one second, and those without a known time, which come
// first, in their present order.
void SortByCommit(std::vector<v1::UploadInfo>* uploads);
// "2026-11-29 22:10 UTC", "unknown" or "-".
std::string CommittedText(const v1::UploadInfo& upload);

}  // namespace blindlink::resolver
