#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/pairs/pair_scope.h"
#include "researcher/evaluate/contingency.h"
#include "researcher/evaluate/judged_pairs.h"
#include "researcher/evaluate/score_outcome.h"

namespace blindlink::researcher {

// What is compared with what. Exactly one of pairs_file and entities_file and exactly one of
// truth_file and against_file must be set.
struct EvaluationRequest {
  std::string pairs_file = {};
  std::string entities_file = {};  // its implied pairs are evaluated
  std::string truth_file = {};
  std::string against_file = {};  // another system's pairs
  // Columns site, record and groupings. Without it, the truth's column "group" is used if present.
  std::string subgroups_file = {};
  // If not set: cross-site if the reference has two sites or more, else within-site.
  std::optional<PairScope> scope = {};
  // With against_file only: the sizes of the two sites, from which the number of pairs that neither
  // system found is computed. If only the left is given, one site is compared with itself.
  uint64_t records_left = 0;
  uint64_t records_right = 0;
};

// The outcome of one rule at one level.
struct RuleOutcome {
  std::string rule;
  std::string level;
  uint64_t true_positives = 0;
  uint64_t false_positives = 0;
};

struct Evaluation {
  PairScope scope = PairScope::kCrossSite;
  ContingencyTable table;
  bool true_negatives_known = false;
  std::vector<RuleOutcome> rules;  // by rule, most pairs first; empty for an entity map

  // Set if the pairs' scores say more than their rules' names; otherwise why_no_scores says why
  // not.
  std::optional<ScoreOutcome> scores;
  std::string why_no_scores;
  std::vector<SubgroupOutcome> subgroups;

  // The evaluated file.
  uint64_t rows = 0;
  // distinct pairs, in or out of scope; for an entity map: implied pairs in scope
  uint64_t pairs = 0;
  uint64_t duplicate_rows = 0;
  uint64_t self_pairs = 0;
  uint64_t pairs_out_of_scope = 0;
  // In scope, but one of the records is not in the truth: neither true nor false.
  uint64_t pairs_not_in_truth = 0;
  uint64_t entities = 0;

  // The reference.
  uint64_t true_pairs = 0;
  uint64_t truth_records = 0;
  uint64_t truth_persons = 0;
};

// Reads the files and compares them. O(n log n) in their rows; only pairs that are in a file are
// ever listed. Errors name file, row and column, never a value: those of CsvReader and of the
// files' readers.
absl::StatusOr<Evaluation> Evaluate(const EvaluationRequest& request);

}  // namespace blindlink::researcher
