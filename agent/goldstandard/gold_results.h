#pragma once

#include <vector>

#include "absl/status/status.h"
#include "agent/goldstandard/candidate_file.h"
#include "agent/goldstandard/gold_options.h"
#include "agent/goldstandard/gold_report.h"
#include "agent/goldstandard/held_records.h"
#include "agent/goldstandard/pair_scores.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// A linkage whose scores are known.
struct ScoredLinkage {
  const GoldOptions& options;
  const Plan& plan;
  const std::vector<SiteInput>& sites;  // held ones first; records are numbered site by site
  const HeldRecords& held;
  const CandidateFile& candidates;
  const PairScores& scores;
};

// Grows entities (common/entity), and writes them and the candidate pairs inside them, as a run of
// tokens does. Adds the counts of both to `report`, which must already have the number of records.
absl::Status WriteGoldResults(const ScoredLinkage& linkage, GoldReport* report);

}  // namespace blindlink::agent
