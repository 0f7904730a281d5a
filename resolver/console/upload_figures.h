#pragma once

#include <cstdint>
#include <optional>
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
// The mean over all match keys that some record has.
std::optional<double> MeanFillOf(const v1::UploadInfo& upload);
std::optional<double> TokensPerRecordOf(const v1::UploadInfo& upload);

// In the order of their commits; those without a known time first, in their present order.
void SortByCommit(std::vector<v1::UploadInfo>* uploads);
// "2026-11-29 22:10 UTC", "unknown" or "-".
std::string CommittedText(const v1::UploadInfo& upload);

}  // namespace blindlink::resolver
