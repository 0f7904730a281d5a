#include "resolver/linkage/run_score.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/score/chance_rates.h"
#include "common/score/threshold.h"
#include "resolver/linkage/chance_check.h"
#include "resolver/linkage/run_fakes.h"

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
    const auto records = static_cast<double>(RealRecords(input.plan, dataset));
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

// Duplicates within sites per comparison, as a share of the matches across sites: above it, sites
// have many records per person, or people who are related are taken for one person.
constexpr double kManyDuplicates = 0.1;
constexpr double kFewDuplicates = 20;

// Pairs of families, as a share of the matches: above it, what is said of the matches depends on
// telling the two apart.
constexpr double kManyFamilies = 0.05;

bool HasManyDuplicates(const DecisionInput& input, const ScoreModel& model) {
  if (input.decoys.empty() || model.expected_duplicates() < kFewDuplicates) return false;
  const double within = model.expected_duplicates() / input.decoys.comparisons();
  const double across = model.expected_matches() / std::max(1.0, CountComparisons(input).pairs);
  return within > kManyDuplicates * across;
}

// How many times more, or fewer, unclear pairs within sites there may be than the score explains,
// beside kFewUnclear on both sides.
constexpr double kMisfit = 2.5;
constexpr double kFewUnclear = 30;

bool FitsBadly(const ScoreModel& model) {
  const double counted = model.decoys_counted() + kFewUnclear;
  const double explained = model.decoys_explained() + kFewUnclear;
  return std::max(counted / explained, explained / counted) > kMisfit;
}

void AddWarnings(const DecisionInput& input, const FieldLevels& levels, const ScoreModel& model,
                 v1::ScoreReport* report) {
  if (model.expected_matches() < kFewMatches) {
    report->add_warnings(
        "few matches are expected: the scores depend more on typical error rates than on this "
        "data");
  }
  if (HasManyDuplicates(input, model)) {
    report->add_warnings(absl::StrCat(
        "about ", std::llround(model.expected_duplicates()),
        " pairs within sites, of those sampled, look like one person: if the sites do not have "
        "several records per person, relatives or neighbours are taken for one person, and the "
        "expected PPV is too high"));
  }
  if (input.decoys.empty() &&
      model.expected_families() > kManyFamilies * model.expected_matches()) {
    report->add_warnings(absl::StrCat(
        "about ", std::llround(model.expected_families()),
        " pairs look like two people of one family, and this run has no pairs within sites to "
        "check that by: the expected PPV may be several hundredths too high"));
  }
  for (const size_t field : model.held()) {
    report->add_warnings(absl::StrCat(
        levels.fields()[field].name,
        " agrees in fewer pairs of one person than it should: either this data has more errors "
        "than usual or related people are taken for one person. The expected PPV and sensitivity "
        "are uncertain"));
  }
  if (FitsBadly(model)) {
    report->add_warnings(absl::StrFormat(
        "of the pairs within sites that could be one person or two, there are %d where the score "
        "explains %d: it was corrected by them, but does not fit this data well, and the expected "
        "PPV is uncertain",
        std::llround(model.decoys_counted()), std::llround(model.decoys_explained())));
  }
  if (model.other_matches() > 0) {
    report->add_warnings(absl::StrCat(
        "two ways to fit the score to this data end at ", std::llround(model.expected_matches()),
        " and ", std::llround(model.other_matches()),
        " true pairs: the expected PPV and sensitivity are uncertain"));
  }
  if (!model.converged()) {
    report->add_warnings(
        "the score model did not settle: the expected PPV and sensitivity are uncertain");
  }
}

// Of the pairs of one person, the share that meets by no token: from here on the estimate of all
// pairs is no more than a lower limit.
constexpr double kManyUnmet = 0.03;
// How far apart the limits of the PPV may be before the run says that it does not know it.
constexpr double kWidePpv = 0.03;

}  // namespace

ScoreModel FitRun(const DecisionInput& input, const FieldLevels& levels,
                  const PatternCounts& patterns, const PatternCounts& decoys) {
  const ChanceRates chance = ChanceOfSites(input.datasets, levels.fields());
  const Comparisons comparisons = CountComparisons(input);
  return ScoreModel::Fit({levels.fields(), chance, patterns, comparisons.pairs,
                          comparisons.usual_matches, input.decoys.empty() ? nullptr : &decoys,
                          input.decoys.comparisons(), input.threads});
}

void ReportScore(const DecisionInput& input, const FieldLevels& levels, const ScoreModel& model,
                 const Threshold& threshold, v1::ScoreReport* report) {
  report->set_min_score(threshold.min_score);
  report->set_expected_matches(model.expected_matches());
  const std::vector<LevelRates> of_matches = model.match_levels();
  for (size_t f = 0; f < levels.fields().size(); ++f) {
    const ScoredField& field = levels.fields()[f];
    for (size_t level = 1; level < field.levels.size(); ++level) {
      v1::LevelWeight& weight = *report->add_levels();
      weight.set_field(field.name);
      weight.set_level(field.levels[level]);
      weight.set_among_matches(of_matches[f][level]);
      weight.set_among_strangers(model.chance_levels()[f][level]);
    }
  }
  AddWarnings(input, levels, model, report);
  WarnOfDeviatingSites(input.datasets, levels.fields(), report);
}

void ReportQuality(const QualityEstimate& quality, v1::ScoreReport* report) {
  report->set_expected_ppv(quality.ppv);
  report->set_expected_ppv_low(quality.ppv_interval.low);
  report->set_expected_ppv_high(quality.ppv_interval.high);
  report->set_expected_true_pairs(quality.true_pairs);
  report->set_expected_true_pairs_low(quality.true_pairs_interval.low);
  report->set_expected_true_pairs_high(quality.true_pairs_interval.high);
  report->set_expected_unmet(quality.unmet);
  report->set_expected_sensitivity(quality.sensitivity);
  if (quality.unmet > kManyUnmet * quality.true_pairs) {
    report->add_warnings(absl::StrCat(
        "of the pairs of one person, at least ", std::llround(quality.unmet),
        " share no token and were not compared: the true number may be much larger, and the "
        "sensitivity lower, than expected. More columns, or more match keys, would find them"));
  }
  if (quality.ppv_interval.high - quality.ppv_interval.low > kWidePpv) {
    report->add_warnings(absl::StrFormat(
        "many pairs are neither clearly one person nor clearly two: the PPV is known no better "
        "than between %.3f and %.3f",
        quality.ppv_interval.low, quality.ppv_interval.high));
  }
}

}  // namespace blindlink::resolver
