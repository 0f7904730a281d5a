#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/overview_service.pb.h"
#include "resolver/results/run_result.h"

namespace blindlink::resolver {

// How the scores of the pairs are spread that the run in `folder` considered, in bins of 0.05, and
// the overlap of its sites. Of more than kMostPairsRead pairs it reads that many, in pieces that
// are spread evenly over the file. DATA_LOSS if the file has not the size that the run wrote.
absl::StatusOr<v1::RunOverview> OverviewOf(const std::filesystem::path& folder,
                                           const storage::v1::StoredRun& run,
                                           const RunResult& result);

inline constexpr uint64_t kMostPairsRead = 2'000'000;

}  // namespace blindlink::resolver
