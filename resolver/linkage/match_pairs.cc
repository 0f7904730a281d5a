#include "resolver/linkage/match_pairs.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/entity/entity_grower.h"
#include "common/score/quality_estimate.h"
#include "resolver/linkage/gathered_pairs.h"
#include "resolver/linkage/pair_choice.h"
#include "resolver/linkage/run_entities.h"
#include "resolver/linkage/run_score.h"

namespace blindlink::resolver {
namespace {

// By rank: the lowest rank in the record's entity.
using FirstRanks = std::vector<uint32_t>;

// Writes match pairs and counts them.
class PairWriter {
 public:
  PairWriter(const v1::LinkagePlan& plan, RowFileWriter<PairRow>* pairs)
      : plan_(plan), pairs_(pairs), by_rule_(static_cast<size_t>(plan.match_rules_size())) {}

  absl::Status Add(const PairRow& pair) {
    const bool by_band = pair.rule >= kFirstBand;
    ++(by_band ? by_band_[pair.rule - kFirstBand] : by_rule_[pair.rule]);
    return pairs_->Append(pair);
  }

  // Whether pairs of this rule, or band, join entities.
  bool Joins(uint16_t rule) const {
    const v1::MatchLevel level = rule >= kFirstBand ? v1::FULL : plan_.match_rules(rule).level();
    const auto& joining = plan_.entity_rules().joining_levels();
    return std::find(joining.begin(), joining.end(), level) != joining.end();
  }

  void Fill(v1::RunSummary* summary) const {
    summary->set_match_pairs(pairs_->rows());
    for (int i = 0; i < plan_.match_rules_size(); ++i) {
      const v1::MatchRule& rule = plan_.match_rules(i);
      AddRule(rule.name(), rule.level(), by_rule_[static_cast<size_t>(i)], summary);
    }
    if (plan_.scoring().decision() != v1::BY_SCORE) return;
    for (const Band band : kBands) {
      AddRule(NameOf(band), v1::FULL, by_band_[static_cast<size_t>(band)], summary);
    }
  }

 private:
  static void AddRule(const std::string& name, v1::MatchLevel level, uint64_t count,
                      v1::RunSummary* summary) {
    v1::RuleCount& out = *summary->add_rules();
    out.set_rule(name);
    out.set_level(level);
    out.set_pairs(count);
    if (level == v1::PARTIAL) {
      summary->set_match_pairs_partial(summary->match_pairs_partial() + count);
    } else {
      summary->set_match_pairs_full(summary->match_pairs_full() + count);
    }
  }

  const v1::LinkagePlan& plan_;
  RowFileWriter<PairRow>* const pairs_;
  std::vector<uint64_t> by_rule_;
  uint64_t by_band_[4] = {};
};

absl::StatusOr<FirstRanks> DecideByRules(const DecisionInput& input, const FieldLevels& levels,
                                         std::unique_ptr<CandidateParts> candidates,
                                         const RunControl& control, PairWriter* writer,
                                         v1::RunSummary* summary) {
  BL_ASSIGN_OR_RETURN(const auto pairs,
                      GatheredPairs::Gather(input, levels, GatheredPairs::Which::kThatARuleHoldsFor,
                                            candidates.get(), control));
  candidates.reset();
  summary->set_candidate_pairs(pairs->candidates());
  const v1::LinkagePlan& plan = input.plan.proto();
  std::vector<EntityPair> joins;
  BL_RETURN_IF_ERROR(pairs->ForEach("rules", control, [&](const ScoredPairRow& pair, uint64_t) {
    const double score = plan.match_rules(pair.rule).score();
    if (writer->Joins(pair.rule)) joins.push_back({score, pair.left, pair.right});
    return writer->Add({pair.left, pair.right, pair.rule, score, pair.match_keys});
  }));
  return GrowEntities(input, std::move(joins), std::nullopt, OneRecordPerPerson(input), control,
                      summary);
}

using Probabilities = absl::flat_hash_map<AgreementPattern, double>;

// Chooses the pairs that remain if sites have one record per person. Pairs below
// EntityGrower::kLowestScore are left to the threshold. Removes the refused pairs from `standing`,
// the patterns of all pairs.
absl::StatusOr<PairChoice> Choose(const DecisionInput& input, const GatheredPairs& pairs,
                                  const Probabilities& probabilities,
                                  const std::vector<bool>& one_per_person,
                                  const RunControl& control, PatternCounts* standing,
                                  v1::ScoreReport* report) {
  std::vector<RankedPair> ranked;
  std::vector<std::pair<uint64_t, AgreementPattern>> patterns;  // of the ranked, by number
  if (std::find(one_per_person.begin(), one_per_person.end(), true) != one_per_person.end()) {
    const auto rank = [&](const ScoredPairRow& pair, uint64_t number) {
      const double score = probabilities.at(pair.pattern);
      if (score >= EntityGrower::kLowestScore) {
        ranked.push_back({score, pair.left, pair.right, input.order.SiteOfRank(pair.left),
                          input.order.SiteOfRank(pair.right), number});
        patterns.emplace_back(number, pair.pattern);
      }
      return absl::OkStatus();
    };
    BL_RETURN_IF_ERROR(pairs.ForEach("rules", control, rank));
  }
  PairChoice choice = ChoosePairs(std::move(ranked), one_per_person, pairs.count());
  for (const auto& [number, pattern] : patterns) {
    if (choice.refused[number]) --standing->at(pattern);
  }
  for (const uint16_t site : choice.disbelieved) {
    report->add_warnings(
        absl::StrCat(input.order.sites()[site], " is stated to have one record per person, but ",
                     choice.second_high_scored[site],
                     " records elsewhere match two of its records with a score of ",
                     PairChoice::kHighScore, " or more: the statement was ignored"));
  }
  return choice;
}

// What a run that scores knows when its entities grow.
struct ScoredRun {
  const DecisionInput& input;
  const GatheredPairs& pairs;
  const Probabilities& probabilities;
  const PairChoice& choice;
  const Threshold& threshold;
  const RunControl& control;

  bool NeedsRule() const {
    return input.plan.proto().scoring().decision() == v1::BY_RULES_AND_SCORE;
  }
  // False if the plan wants a rule for each pair and this one has none.
  bool IsAllowed(const ScoredPairRow& pair) const {
    return !NeedsRule() || pair.rule != ScoredPairRow::kNoRule;
  }
  // The rule, or band, of an allowed pair.
  uint16_t RuleOf(const ScoredPairRow& pair, double probability) const {
    if (NeedsRule()) return pair.rule;
    return static_cast<uint16_t>(kFirstBand + static_cast<int>(BandOf(probability)));
  }
};

absl::StatusOr<FirstRanks> GrowByScore(const ScoredRun& run, const PairWriter& writer,
                                       std::vector<bool> one_per_person, v1::RunSummary* summary) {
  for (const uint16_t site : run.choice.disbelieved) one_per_person[site] = false;
  std::vector<EntityPair> joins;
  const double lowest = std::min(EntityGrower::kLowestScore, run.threshold.min_score);
  const auto collect = [&](const ScoredPairRow& pair, uint64_t number) {
    const double probability = run.probabilities.at(pair.pattern);
    if (probability >= lowest && !run.choice.refused[number] && run.IsAllowed(pair) &&
        writer.Joins(run.RuleOf(pair, probability))) {
      joins.push_back({probability, pair.left, pair.right});
    }
    return absl::OkStatus();
  };
  BL_RETURN_IF_ERROR(run.pairs.ForEach("rules", run.control, collect));
  return GrowEntities(run.input, std::move(joins), run.threshold.min_score, one_per_person,
                      run.control, summary);
}

// Writes each pair that joins entities if it is inside one, whatever its own score, or if its
// entity would have been too large; a pair that does not join by its score alone.
absl::Status WriteMatches(const ScoredRun& run, const FirstRanks& first, PairWriter* writer,
                          v1::RunSummary* summary) {
  std::vector<uint32_t> size(first.size());  // by the entity's first rank
  for (const uint32_t rank : first) ++size[rank];
  const uint64_t largest = run.input.plan.proto().entity_rules().max_entity_size();
  QualityEstimator quality;
  const auto write = [&](const ScoredPairRow& pair, uint64_t number) -> absl::Status {
    const double probability = run.probabilities.at(pair.pattern);
    const bool reaches = probability >= run.threshold.min_score;
    const bool refused = run.choice.refused[number];
    if (reaches && refused) {
      v1::ScoreReport& report = *summary->mutable_score();
      report.set_pairs_refused(report.pairs_refused() + 1);
    }
    if (!run.IsAllowed(pair)) {
      if (!refused) quality.Add(probability, /*taken=*/false, pair.match_keys.count());
      return absl::OkStatus();
    }
    const uint16_t rule = run.RuleOf(pair, probability);
    const uint32_t left = first[pair.left];
    const uint32_t right = first[pair.right];
    const bool one = left == right && writer->Joins(rule);
    const bool apart = writer->Joins(rule) && uint64_t{size[left]} + size[right] <= largest;
    const bool taken = one || (reaches && !refused && !apart);
    // Of pairs that the others of their entity win back, nine in ten are one person
    // (docs/accuracy.md).
    constexpr double kWonBack = 0.9;
    const double score = taken && !reaches ? kWonBack : probability;
    if (reaches && !refused && !taken) {
      quality.AddContradicted(probability);
    } else if (!refused || taken) {
      quality.Add(score, taken, pair.match_keys.count());
    }
    if (!taken) return absl::OkStatus();
    if (!reaches) summary->set_match_pairs_by_entity(summary->match_pairs_by_entity() + 1);
    return writer->Add({pair.left, pair.right, rule, probability, pair.match_keys});
  };
  BL_RETURN_IF_ERROR(run.pairs.ForEach("publish", run.control, write));
  ReportQuality(quality.Estimate(), summary->mutable_score());
  return absl::OkStatus();
}

// The threshold depends on all pairs, and which pairs match on their entities.
absl::StatusOr<FirstRanks> DecideByScore(const DecisionInput& input, const FieldLevels& levels,
                                         std::unique_ptr<CandidateParts> candidates,
                                         const RunControl& control, PairWriter* writer,
                                         v1::RunSummary* summary) {
  BL_ASSIGN_OR_RETURN(
      const auto pairs,
      GatheredPairs::Gather(input, levels, GatheredPairs::Which::kAll, candidates.get(), control));
  candidates.reset();
  summary->set_candidate_pairs(pairs->candidates());
  v1::ScoreReport* const report = summary->mutable_score();
  const ScoreModel model = FitRun(input, levels, pairs->patterns(), pairs->decoys());
  Probabilities probabilities;
  for (const auto& [pattern, count] : pairs->patterns()) {
    probabilities[pattern] = model.Probability(pattern);
  }
  const std::vector<bool> one_per_person = OneRecordPerPerson(input);
  PatternCounts standing = pairs->patterns();
  BL_ASSIGN_OR_RETURN(const PairChoice choice, Choose(input, *pairs, probabilities, one_per_person,
                                                      control, &standing, report));
  const Threshold threshold = ChooseThreshold(model, standing, input.plan.proto().scoring());
  ReportScore(input, levels, model, threshold, report);

  const ScoredRun run{input, *pairs, probabilities, choice, threshold, control};
  BL_ASSIGN_OR_RETURN(FirstRanks first, GrowByScore(run, *writer, one_per_person, summary));
  BL_RETURN_IF_ERROR(WriteMatches(run, first, writer, summary));
  return first;
}

}  // namespace

absl::StatusOr<std::vector<uint32_t>> DecidePairs(const DecisionInput& input,
                                                  std::unique_ptr<CandidateParts> candidates,
                                                  const RunControl& control,
                                                  RowFileWriter<PairRow>* pairs,
                                                  v1::RunSummary* summary) {
  const FieldLevels levels(input.plan.proto(), input.plan.evidence());
  PairWriter writer(input.plan.proto(), pairs);
  const bool by_rules = input.plan.proto().scoring().decision() == v1::BY_RULES;
  BL_ASSIGN_OR_RETURN(FirstRanks first,
                      (by_rules ? DecideByRules : DecideByScore)(
                          input, levels, std::move(candidates), control, &writer, summary));
  writer.Fill(summary);
  return first;
}

}  // namespace blindlink::resolver
