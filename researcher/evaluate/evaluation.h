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

// What is compared with what. Exactly one of pairs_file and entities_file, exactly one of
// truth_file and against_file.
struct EvaluationRequest {
  std::string pairs_file = {};
  std::string entities_file = {};  // its implied pairs are evaluated
  std::string truth_file = {};
  std::string against_file = {};  // another system's pairs
  // Columns site, record and groupings. Without it, the truth's column group, if there.
  std::string subgroups_file = {};
  // Otherwise cross-site if the reference has two sites or more, else within-site.
  std::optional<PairScope> scope = {};
  // With against_file only: sizes of the two sites, by which the pairs are known that neither
  // system found. Only the left: one site against itself.
  uint64_t records_left = 0;
  uint64_t records_right = 0;
};

// How one rule at one level did.
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
  std::vector<RuleOutcome> rules;  // of pairs, the most frequent first; none for an entity map

  // Of pairs whose scores are more than their rules' names; otherwise why not.
  std::optional<ScoreOutcome> scores;
  std::string why_no_scores;
  std::vector<SubgroupOutcome> subgroups;

  // The evaluated file.
  uint64_t rows = 0;
  uint64_t pairs = 0;  // different ones, in or out of scope; of an entity map: implied, in scope
  uint64_t duplicate_rows = 0;
  uint64_t self_pairs = 0;
  uint64_t pairs_out_of_scope = 0;
  // In scope, but the truth does not know one of the records: neither true nor false.
  uint64_t pairs_not_in_truth = 0;
  uint64_t entities = 0;

  // The reference.
  uint64_t true_pairs = 0;
  uint64_t truth_records = 0;
  uint64_t truth_persons = 0;
};

// Reads the files and compares. O(n log n) in their rows; no pair is listed that is not in a file.
// Errors name file, row and column, never a value: those of CsvReader and of the files' readers.
absl::StatusOr<Evaluation> Evaluate(const EvaluationRequest& request);

}  // namespace blindlink::researcher
