#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "absl/status/status.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/plan/plan.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/token_index.h"
#include "resolver/linkage/decided_pairs.h"
#include "resolver/linkage/increment.h"
#include "resolver/linkage/run_control.h"
#include "resolver/linkage/run_sharing.h"

namespace blindlink::resolver {

struct LinkageInput {
  const Plan& plan;
  const TokenIndex& index;
  std::vector<storage::v1::CommittedDataset> datasets;
  WorkLimits limits;
  // Numbers of some of the datasets. If not empty, the run looks only for pairs with a record of
  // one of these, and the result contains only their records and those that share a token with one
  // of them. A small new dataset is thus compared with a large index by look-ups.
  std::vector<uint32_t> only_with{};
  // A finished run of the same plan whose model decides, and which this one starts from if it says
  // so. Null: the run fits a model of its own. Not with only_with.
  const EarlierRun* earlier = nullptr;
  // Does the work that others can do, together with them, unless it is null; not in runs with
  // only_with, nor in those that start from an earlier one.
  RunSharing* sharing = nullptr;
  uint32_t index_generation = 0;  // of the index key (index_key.h)
  // What people decided about records of the project (ADR 25).
  std::vector<NamedDecision> decisions{};
};

// Whether a run uses `sharing`: one that compares little is done sooner without others.
inline bool CanBeShared(const LinkageInput& input) {
  return input.only_with.empty() && (input.earlier == nullptr || !input.earlier->increment);
}

// An estimate of the peak number of bytes that a run needs on disk, including its result: derived
// from the number of records, assuming as many candidate pairs as records.
uint64_t DiskOfRun(const std::vector<storage::v1::CommittedDataset>& datasets,
                   const WorkLimits& limits);

// One resolution of `datasets`: sweep over the tokens, rules, entities, overlap. Writes the result
// files to `folder` (overwriting those of an interrupted attempt) and fills run's summary, sites,
// entity_map_rows, overlap and incremental. Entities have no ids yet. The result depends only on
// plan, datasets and decisions, not on the order in which they were uploaded, nor on the limits,
// nor on who shares the work, nor on whether the run starts from an earlier one or only uses its
// model. Stages: records, sweep, rules, entities, publish.
//   CANCELLED, RESOURCE_EXHAUSTED (disk), DATA_LOSS (the index is damaged)
absl::Status RunLinkage(const LinkageInput& input, const std::filesystem::path& folder,
                        const RunControl& control, storage::v1::StoredRun* run);

}  // namespace blindlink::resolver
