#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "absl/status/status.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/plan/plan.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/token_index.h"
#include "resolver/linkage/run_control.h"

namespace blindlink {

struct LinkageInput {
  const Plan& plan;
  const TokenIndex& index;
  std::vector<storage::v1::CommittedDataset> datasets;
  WorkLimits limits;
};

// Names of a run's result files in its folder; rows as in result_rows.h.
inline constexpr char kRecordsFile[] = "records.rows";
inline constexpr char kPairsFile[] = "pairs.rows";
inline constexpr char kEntitiesFile[] = "entities.rows";

// One resolution of `datasets`: sweep over the tokens, rules, entities, overlap. Writes the result
// files to `folder` (those of an interrupted attempt are written anew) and fills run's summary,
// sites, entity_map_rows and overlap. The result depends on plan and datasets alone: not on the
// order in which they were uploaded, nor on the memory budget. Stages: records, sweep, rules,
// entities, publish.
//   CANCELLED, RESOURCE_EXHAUSTED (disk), DATA_LOSS (the index is damaged)
absl::Status RunLinkage(const LinkageInput& input, const std::filesystem::path& folder,
                        const RunControl& control, storage::v1::StoredRun* run);

}  // namespace blindlink
