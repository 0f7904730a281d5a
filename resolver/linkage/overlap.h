#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/v1/result_service.pb.h"
#include "resolver/linkage/run_control.h"
#include "resolver/linkage/run_fakes.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// How many entities have a record at each site and at each pair of sites. `first_records` gives the
// lowest rank of the entity of each rank. The counts are exact, without `fakes`, which are entities
// of one record; small ones are suppressed when they are disclosed.
absl::StatusOr<std::vector<v1::OverlapCell>> CountOverlap(
    const std::vector<uint32_t>& first_records, const RowFileReader<RecordRow>& records,
    const std::vector<std::string>& sites, const RunFakes& fakes,
    const std::filesystem::path& temporary_folder, uint64_t memory_budget,
    const RunControl& control);

}  // namespace blindlink::resolver
