#include "resolver/linkage/match_pairs.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/score/expected_quality.h"
#include "resolver/linkage/gathered_pairs.h"
#include "resolver/linkage/pair_choice.h"
#include "resolver/linkage/run_score.h"

namespace blindlink::resolver {
namespace {

// Writes match pairs and counts them.
class PairWriter {
 public:
  PairWriter(const v1::LinkagePlan& plan, RowFileWriter<PairRow>* pairs,
             ExternalSorter<Join>* joins)
      : plan_(plan),
        pairs_(pairs),
        joins_(joins),
        by_rule_(static_cast<size_t>(plan.match_rules_size())) {}

  absl::Status Add(const PairRow& pair) {
    const bool by_band = pair.rule >= kFirstBand;
    const v1::MatchLevel level = by_band ? v1::FULL : plan_.match_rules(pair.rule).level();
    ++(by_band ? by_band_[pair.rule - kFirstBand] : by_rule_[pair.rule]);
    BL_RETURN_IF_ERROR(pairs_->Append(pair));
    const auto& joining = plan_.entity_rules().joining_levels();
    if (std::find(joining.begin(), joining.end(), level) == joining.end()) {
      return absl::OkStatus();
    }
    return joins_->Add({pair.score, pair.left, pair.right});
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
  ExternalSorter<Join>* const joins_;
  std::vector<uint64_t> by_rule_;
  uint64_t by_band_[4] = {};
};

absl::Status DecideByRules(const DecisionInput& input, const FieldLevels& levels,
                           CandidateParts* candidates, const RunControl& control,
                           PairWriter* writer, v1::RunSummary* summary) {
  BL_ASSIGN_OR_RETURN(const auto pairs,
                      GatheredPairs::Gather(input, levels, GatheredPairs::Which::kThatARuleHoldsFor,
                                            candidates, control));
  summary->set_candidate_pairs(pairs->candidates());
  const v1::LinkagePlan& plan = input.plan.proto();
  return pairs->ForEach(control, [&](const ScoredPairRow& pair, uint64_t) {
    return writer->Add(
        {pair.left, pair.right, pair.rule, plan.match_rules(pair.rule).score(), pair.match_keys});
  });
}

using Probabilities = absl::flat_hash_map<AgreementPattern, double>;

// By index into RecordOrder::sites().
std::vector<bool> OneRecordPerPerson(const DecisionInput& input) {
  std::vector<bool> one(input.order.sites().size(), true);
  if (input.plan.proto().entity_rules().one_record_per_person()) return one;
  for (const auto& dataset : input.datasets) {
    if (dataset.manifest().one_record_per_person()) continue;
    one[input.order.SiteOf(dataset.dataset_number())] = false;
  }
  return one;
}

// Chooses the pairs that remain if sites have one record per person. Pairs below kChosenFrom are
// left to the threshold. Removes the refused pairs from `standing`, the patterns of all pairs.
absl::StatusOr<PairChoice> Choose(const DecisionInput& input, const GatheredPairs& pairs,
                                  const Probabilities& probabilities, const RunControl& control,
                                  PatternCounts* standing, v1::ScoreReport* report) {
  constexpr double kChosenFrom = 0.1;
  const std::vector<bool> one_per_person = OneRecordPerPerson(input);
  std::vector<RankedPair> ranked;
  std::vector<std::pair<uint64_t, AgreementPattern>> patterns;  // of the ranked, by number
  if (std::find(one_per_person.begin(), one_per_person.end(), true) != one_per_person.end()) {
    BL_RETURN_IF_ERROR(pairs.ForEach(control, [&](const ScoredPairRow& pair, uint64_t number) {
      const double score = probabilities.at(pair.pattern);
      if (score >= kChosenFrom) {
        ranked.push_back({score, pair.left, pair.right, input.order.SiteOfRank(pair.left),
                          input.order.SiteOfRank(pair.right), number});
        patterns.emplace_back(number, pair.pattern);
      }
      return absl::OkStatus();
    }));
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

// The threshold depends on all pairs.
absl::Status DecideByScore(const DecisionInput& input, const FieldLevels& levels,
                           CandidateParts* candidates, const RunControl& control,
                           PairWriter* writer, v1::RunSummary* summary) {
  BL_ASSIGN_OR_RETURN(
      const auto pairs,
      GatheredPairs::Gather(input, levels, GatheredPairs::Which::kAll, candidates, control));
  summary->set_candidate_pairs(pairs->candidates());
  v1::ScoreReport* const report = summary->mutable_score();
  const ScoreModel model = FitRun(input, levels, pairs->patterns(), pairs->decoys());
  Probabilities probabilities;
  for (const auto& [pattern, count] : pairs->patterns()) {
    probabilities[pattern] = model.Probability(pattern);
  }
  PatternCounts standing = pairs->patterns();
  BL_ASSIGN_OR_RETURN(const PairChoice choice,
                      Choose(input, *pairs, probabilities, control, &standing, report));
  const v1::Scoring& scoring = input.plan.proto().scoring();
  const Threshold threshold = ChooseThreshold(model, standing, scoring);
  ReportScore(input, levels, model, threshold, report);

  const bool needs_rule = scoring.decision() == v1::BY_RULES_AND_SCORE;
  QualityEstimator quality;
  BL_RETURN_IF_ERROR(
      pairs->ForEach(control, [&](const ScoredPairRow& pair, uint64_t number) -> absl::Status {
        const double probability = probabilities.at(pair.pattern);
        const bool above = probability >= threshold.min_score;
        if (choice.refused[number]) {
          report->set_pairs_refused(report->pairs_refused() + (above ? 1 : 0));
          return absl::OkStatus();
        }
        const bool taken = above && (!needs_rule || pair.rule != ScoredPairRow::kNoRule);
        quality.Add(probability, taken, pair.match_keys.count());
        if (!taken) return absl::OkStatus();
        const auto band = static_cast<uint16_t>(kFirstBand + static_cast<int>(BandOf(probability)));
        return writer->Add(
            {pair.left, pair.right, needs_rule ? pair.rule : band, probability, pair.match_keys});
      }));
  ReportQuality(quality.Estimate(), report);
  return absl::OkStatus();
}

}  // namespace

absl::Status DecidePairs(const DecisionInput& input, CandidateParts* candidates,
                         const RunControl& control, RowFileWriter<PairRow>* pairs,
                         ExternalSorter<Join>* joins, v1::RunSummary* summary) {
  const FieldLevels levels(input.plan.proto(), input.plan.evidence());
  PairWriter writer(input.plan.proto(), pairs, joins);
  const bool by_rules = input.plan.proto().scoring().decision() == v1::BY_RULES;
  BL_RETURN_IF_ERROR((by_rules ? DecideByRules : DecideByScore)(input, levels, candidates, control,
                                                                &writer, summary));
  writer.Fill(summary);
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
