#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/linkage/decision_input.h"
#include "resolver/linkage/run_control.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// What a decision leaves.
struct DecisionFiles {
  RowFileWriter<PairRow>& pairs;
  RowFileWriter<ConsideredPairRow>& considered;
  RowFileWriter<ScoredPairRow>& faint;  // faint_pairs.h
  std::filesystem::path score;          // StoredScoreModel, if the score decides
};

// Collects everything that each candidate pair shared, decides as the plan says, and grows entities
// (common/entity). By rules: the first rule that holds is the pair's. By the score (common/score),
// or by both: the pairs between two records or entities decide together whether they are one, so a
// pair matches if its records end in one entity; a better pair excludes others of sites with one
// record per person (pair_choice.h). What people decided comes before all of it (decided_pairs.h):
// links match, and of records that must be apart no pair does, nor any between their entities that
// would have matched otherwise. Writes the match pairs, and all that were considered, in the
// order of left and right, and what the score knew. Fills the summary's counts of pairs, rules and
// refused joins, and its report on the score. The memory of `candidates` is free before entities
// grow; it is null if input.sharing has them. Returns for each rank the lowest rank in its entity.
absl::StatusOr<std::vector<uint32_t>> DecidePairs(const DecisionInput& input,
                                                  std::unique_ptr<CandidateParts> candidates,
                                                  const RunControl& control,
                                                  const DecisionFiles& files,
                                                  v1::RunSummary* summary);

}  // namespace blindlink::resolver
