#include "researcher/evaluate/evaluation.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"
#include "common/pairs/pair_file.h"
#include "common/pairs/record_table.h"
#include "researcher/evaluate/entity_map.h"
#include "researcher/evaluate/reference.h"
#include "researcher/evaluate/subgroups.h"

namespace blindlink::researcher {
namespace {

// Splits the pairs of a file into those that can be judged and the rest, which are only counted.
std::vector<JudgedPair> JudgePairs(const PairFile& file, const Reference& reference,
                                   const RecordTable& records, Evaluation* out) {
  std::vector<JudgedPair> judged;
  for (const RecordPair& pair : file.pairs) {
    if (!InScope(out->scope, records.SiteOf(pair.left), records.SiteOf(pair.right))) {
      ++out->pairs_out_of_scope;
    } else if (!reference.Knows(pair.left) || !reference.Knows(pair.right)) {
      ++out->pairs_not_in_truth;
    } else {
      judged.push_back({pair, reference.IsTrue(pair)});
      ++(judged.back().is_true ? out->table.true_positives : out->table.false_positives);
    }
  }
  return judged;
}

std::vector<RuleOutcome> OutcomeByRule(const PairFile& file,
                                       const std::vector<JudgedPair>& judged) {
  std::vector<RuleOutcome> rules;
  for (const PairFile::Rule& rule : file.rules) rules.push_back({rule.name, rule.level});
  for (const auto& [pair, is_true] : judged) {
    ++(is_true ? rules[pair.rule].true_positives : rules[pair.rule].false_positives);
  }
  std::sort(rules.begin(), rules.end(), [](const RuleOutcome& a, const RuleOutcome& b) {
    const uint64_t pairs_a = a.true_positives + a.false_positives;
    const uint64_t pairs_b = b.true_positives + b.false_positives;
    return std::tie(pairs_b, a.rule, a.level) < std::tie(pairs_a, b.rule, b.level);
  });
  return rules;
}

// Whether the pairs of some rule differ in score. If none do, the score is the plan's statement
// about the rule and measures nothing.
bool ScoresMeasure(const PairFile& file) {
  absl::flat_hash_map<uint32_t, double> score_of;
  return std::any_of(file.pairs.begin(), file.pairs.end(), [&](const RecordPair& pair) {
    return score_of.try_emplace(pair.rule, pair.score).first->second != pair.score;
  });
}

void CountScores(const PairFile& file, const std::vector<JudgedPair>& judged, Evaluation* out) {
  if (!file.has_scores) {
    out->why_no_scores =
        file.rows_without_score == file.rows
            ? "the file of pairs has no scores"
            : absl::StrCat(file.rows_without_score, " of its rows have no numeric score");
  } else if (!ScoresMeasure(file)) {
    out->why_no_scores = "all pairs of a rule have the same score: rules decided";
  } else {
    std::vector<ScoredPair> scored;
    scored.reserve(judged.size());
    for (const auto& [pair, is_true] : judged) scored.push_back({pair.score, is_true});
    out->scores = OutcomeOfScores(std::move(scored));
  }
}

absl::Status CountPairFile(const EvaluationRequest& request, const Reference& reference,
                           const std::vector<Grouping>& groupings, RecordTable* records,
                           Evaluation* out) {
  BL_ASSIGN_OR_RETURN(const PairFile file, PairFile::Read(request.pairs_file, records));
  const std::vector<JudgedPair> judged = JudgePairs(file, reference, *records, out);
  out->rules = OutcomeByRule(file, judged);
  CountScores(file, judged, out);
  out->subgroups = OutcomeBySubgroup(judged, reference, *records, groupings);
  out->rows = file.rows;
  out->pairs = file.pairs.size();
  out->duplicate_rows = file.duplicates;
  out->self_pairs = file.self_pairs;
  return absl::OkStatus();
}

absl::Status CountEntityMap(const EvaluationRequest& request, const Reference& reference,
                            const std::vector<Grouping>& groupings, RecordTable* records,
                            Evaluation* out) {
  BL_ASSIGN_OR_RETURN(const EntityMapFile file,
                      EntityMapFile::Read(request.entities_file, records));
  const ImpliedPairs implied =
      CountImpliedPairs(file, reference, *records, [](uint32_t) { return true; });
  out->why_no_scores = "an entity map has no scores";
  out->subgroups = OutcomeBySubgroup(file, reference, *records, groupings);
  out->pairs = implied.all;
  out->pairs_not_in_truth = implied.all - implied.judged;
  out->table.true_positives = implied.true_ones;
  out->table.false_positives = implied.judged - implied.true_ones;
  out->rows = file.rows;
  out->duplicate_rows = file.duplicates;
  out->entities = file.entities;
  return absl::OkStatus();
}

// What the reference says about the pairs that were not found.
absl::Status CountMissed(const Reference& reference, const RecordTable& records, Evaluation* out) {
  out->true_pairs = reference.TruePairs(records, [](uint32_t) { return true; });
  out->table.false_negatives = out->true_pairs - out->table.true_positives;
  const uint64_t seen = out->true_pairs + out->table.false_positives;
  const uint64_t comparable = reference.Comparable(records);
  out->true_negatives_known = comparable > 0;
  if (out->true_negatives_known && comparable < seen) {
    return absl::InvalidArgumentError(
        "the files have more pairs than the stated numbers of records allow: check "
        "--records-left and --records-right");
  }
  if (out->true_negatives_known) out->table.true_negatives = comparable - seen;
  if (reference.truth().has_value()) {
    out->truth_records = reference.truth()->records();
    out->truth_persons = reference.truth()->persons();
  }
  return absl::OkStatus();
}

// Groupings from the subgroups file, or from the truth's column "group".
absl::StatusOr<std::vector<Grouping>> GroupingsFor(const EvaluationRequest& request,
                                                   RecordTable* records) {
  if (!request.subgroups_file.empty()) return ReadGroupings(request.subgroups_file, {}, records);
  if (request.truth_file.empty()) return std::vector<Grouping>();
  BL_ASSIGN_OR_RETURN(const auto reader, CsvReader::Open(request.truth_file));
  if (!reader->HasColumn("group")) return std::vector<Grouping>();
  return ReadGroupings(request.truth_file, {"group"}, records);
}

}  // namespace

absl::StatusOr<Evaluation> Evaluate(const EvaluationRequest& request) {
  RecordTable records;
  BL_ASSIGN_OR_RETURN(const Reference reference, Reference::Read(request, &records));
  BL_ASSIGN_OR_RETURN(const std::vector<Grouping> groupings, GroupingsFor(request, &records));
  Evaluation out;
  out.scope = reference.scope();
  const auto count = request.pairs_file.empty() ? CountEntityMap : CountPairFile;
  BL_RETURN_IF_ERROR(count(request, reference, groupings, &records, &out));
  BL_RETURN_IF_ERROR(CountMissed(reference, records, &out));
  return out;
}

}  // namespace blindlink::researcher
