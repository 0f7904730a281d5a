#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "common/plan/plan.h"
#include "common/score/field_levels.h"
#include "resolver/linkage/candidate_limit.h"
#include "resolver/linkage/candidate_pairs.h"
#include "resolver/linkage/decoys.h"
#include "resolver/linkage/meeting_table.h"
#include "resolver/linkage/record_order.h"
#include "resolver/linkage/record_reach.h"
#include "resolver/linkage/run_control.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"
#include "resolver/results/token_use_row.h"

namespace blindlink::resolver {

// What others must know of a run to do parts of it. What is referred to must outlive the run.
struct SharedRunInput {
  const Plan& plan;
  const MeetingTable& table;
  const FieldLevels& levels;
  const RecordOrder& order;
  const Decoys& decoys;
  const std::vector<storage::v1::CommittedDataset>& datasets;
  std::vector<uint32_t> only_with;  // as PostingQuery::only_with
  bool only_pairs_with_rule;
};

// Does the sweep of a run, and collects its pairs, with workers on other machines beside this
// process (resolver/work). The functions are called once each, in this order, by one thread.
class RunSharing {
 public:
  virtual ~RunSharing() = default;

  // Sweeps all tokens. Marks `reach` and fills the summary's counts as TokenSweep does. CANCELLED;
  // RESOURCE_EXHAUSTED when the limit is reached, as its Explain says it.
  virtual absl::Status Sweep(const SharedRunInput& input, const RunControl& control,
                             CandidateLimit* limit, RecordReach* reach,
                             v1::RunSummary* summary) = 0;
  // Appends how the sweep used tokens, in their order.
  virtual absl::Status WriteTokenUses(RowFileWriter<TokenUseRow>* writer) = 0;
  // Into how many parts the candidates are divided, by their left records.
  virtual size_t parts() const = 0;
  // Collects the pairs of each part. `take` is called once for each, by the calling thread and in
  // no particular order: it calls `read`, which passes the kept pairs of the part, in their order.
  // Adds to `tally` what is counted, but for the patterns.
  using KeepPair = absl::FunctionRef<absl::Status(const ScoredPairRow& pair)>;
  using ReadPairs = absl::FunctionRef<absl::Status(KeepPair keep)>;
  using TakePart = absl::FunctionRef<absl::Status(size_t part, ReadPairs read)>;
  virtual absl::Status CollectPairs(const RunControl& control, TakePart take, PairTally* tally) = 0;
};

}  // namespace blindlink::resolver
