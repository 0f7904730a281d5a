#include "resolver/linkage/run_score.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/score/chance_rates.h"
#include "common/score/threshold.h"

namespace blindlink::resolver {
namespace {

// With fewer expected matches than this, the levels depend mostly on typical rates.
constexpr double kFewMatches = 50;

struct Comparisons {
  double pairs = 0;          // that could have been compared
  double usual_matches = 0;  // a first guess
};

Comparisons CountComparisons(const DecisionInput& input) {
  const bool within_site = input.plan.proto().entity_rules().within_site_duplicates();
  const std::vector<uint32_t>& only_with = input.only_with;
  // All records, and those outside only_with: pairs among the latter are not compared.
  struct Count {
    double all = 0;
    double others = 0;
    double Pairs() const { return (all * (all - 1) - others * (others - 1)) / 2; }
  };
  std::map<std::string, Count> by_site;
  Count run;
  for (const auto& dataset : input.datasets) {
    const auto records = static_cast<double>(dataset.records());
    const bool in_only_with =
        only_with.empty() ||
        std::find(only_with.begin(), only_with.end(), dataset.dataset_number()) != only_with.end();
    for (Count* count : {&run, &by_site[dataset.manifest().site()]}) {
      count->all += records;
      if (!in_only_with) count->others += records;
    }
  }
  Comparisons comparisons;
  comparisons.pairs = run.Pairs();
  comparisons.usual_matches = (run.all - run.others) / 10;
  if (!within_site) {
    for (const auto& [site, count] : by_site) comparisons.pairs -= count.Pairs();
  }
  return comparisons;
}

}  // namespace

ScoreModel FitRun(const DecisionInput& input, const FieldLevels& levels,
                  const PatternCounts& patterns) {
  // By name, so that not even the last digit of a rate depends on the order of the uploads.
  std::map<std::pair<std::string, std::string>, const v1::UploadCounts*> by_name;
  for (const auto& dataset : input.datasets) {
    const v1::UploadManifest& manifest = dataset.manifest();
    by_name[{manifest.site(), manifest.dataset()}] = &dataset.counts();
  }
  std::vector<const v1::UploadCounts*> sites;
  sites.reserve(by_name.size());
  for (const auto& [name, counts] : by_name) sites.push_back(counts);
  const ChanceRates chance = CombineChance(levels.fields(), sites);
  const Comparisons comparisons = CountComparisons(input);
  return ScoreModel::Fit(
      {levels.fields(), chance, patterns, comparisons.pairs, comparisons.usual_matches});
}

void ReportScore(const FieldLevels& levels, const ScoreModel& model, const Threshold& threshold,
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
        "few matches are expected: the scores depend more on typical error rates than on this "
        "data");
  }
}

}  // namespace blindlink::resolver
