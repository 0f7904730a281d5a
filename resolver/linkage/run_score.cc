#include "resolver/linkage/run_score.h"

#include <map>
#include <string>
#include <vector>

#include "common/score/chance_rates.h"
#include "common/score/threshold.h"

namespace blindlink {
namespace {

// Below so many expected matches the levels are mostly the usual ones.
constexpr double kFewMatches = 50;

struct Comparisons {
  double pairs = 0;          // that could have been compared
  double usual_matches = 0;  // a first guess
};

Comparisons CountComparisons(const DecisionInput& input) {
  const bool within_site = input.plan.proto().entity_rules().within_site_duplicates();
  std::map<std::string, double> by_site;
  double all = 0;
  for (const auto& dataset : input.datasets) {
    by_site[dataset.manifest().site()] += static_cast<double>(dataset.records());
    all += static_cast<double>(dataset.records());
  }
  Comparisons comparisons;
  comparisons.pairs = all * (all - 1) / 2;
  comparisons.usual_matches = all / 10;
  if (!within_site) {
    for (const auto& [site, records] : by_site) comparisons.pairs -= records * (records - 1) / 2;
  }
  return comparisons;
}

void Report(const FieldLevels& levels, const ScoreModel& model, const Threshold& threshold,
            v1::ScoreReport* report) {
  report->set_min_score(threshold.min_score);
  report->set_expected_matches(model.expected_matches());
  report->set_expected_ppv(threshold.expected_ppv);
  report->set_expected_sensitivity(threshold.expected_sensitivity);
  for (size_t f = 0; f < levels.fields().size(); ++f) {
    const ScoredField& field = levels.fields()[f];
    for (size_t level = 1; level < field.levels.size(); ++level) {
      v1::LevelWeight& weight = *report->add_levels();
      weight.set_field(field.name);
      weight.set_level(field.levels[level]);
      weight.set_among_matches(model.match_levels()[f][level]);
      weight.set_among_strangers(model.chance_levels()[f][level]);
    }
  }
  if (model.expected_matches() < kFewMatches) {
    report->add_warnings(
        "few matches are expected: the scores rest on usual error rates more than on this data");
  }
}

}  // namespace

RunScore ScoreRun(const DecisionInput& input, const FieldLevels& levels,
                  const PatternCounts& patterns, v1::ScoreReport* report) {
  std::vector<const v1::UploadCounts*> sites;
  for (const auto& dataset : input.datasets) sites.push_back(&dataset.counts());
  const ChanceRates chance = CombineChance(levels.fields(), sites);
  const Comparisons comparisons = CountComparisons(input);
  const ScoreModel model = ScoreModel::Fit(
      {levels.fields(), chance, patterns, comparisons.pairs, comparisons.usual_matches});
  const Threshold threshold = ChooseThreshold(model, patterns, input.plan.proto().scoring());
  Report(levels, model, threshold, report);
  RunScore score;
  score.min_score = threshold.min_score;
  for (const auto& [pattern, count] : patterns) {
    score.probabilities[pattern] = model.Probability(pattern);
  }
  return score;
}

}  // namespace blindlink
