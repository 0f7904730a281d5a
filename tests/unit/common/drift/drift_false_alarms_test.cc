// How often datasets of one population are said to have changed, and how often those of another
// are.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/drift/dataset_drift.h"
#include "common/plan/plan.h"
#include "common/score/field_levels.h"

namespace blindlink {
namespace {

const Plan& UsDefault() {
  static const Plan* const kPlan =
      new Plan(*Plan::Parse(*ReadFile(BLINDLINK_SOURCE_DIR "/deploy/plans/us-default.textproto")));
  return *kPlan;
}

// What a site's records are like. Fill differs by match key; records have 1 or many tokens.
struct Population {
  double fill = 0.9;
  double many_tokens = 0.15;  // of records
  double rejected = 0.02;
  // Each dataset's own fill varies so much around it.
  double spread = 0;
};

class Simulation {
 public:
  explicit Simulation(uint64_t seed) : random_(seed) {}

  CountedDataset Draw(uint64_t records, const Population& population) {
    CountedDataset dataset;
    dataset.manifest.set_tokenization_digest("digest");
    v1::UploadCounts& counts = dataset.counts;
    counts.set_rows(records);
    counts.set_rejected_rows(Binomial(records, population.rejected));
    dataset.records = records - counts.rejected_rows();
    double fill = population.fill;
    if (population.spread > 0) fill += std::normal_distribution(0.0, population.spread)(random_);
    for (const MatchKeyLayout& layout : UsDefault().match_keys()) {
      const double of_key = std::clamp(fill * (1 - 0.03 * (layout.id % 7)), 0.0, 1.0);
      v1::MatchKeyCounts& key = *counts.add_match_keys();
      key.set_match_key(layout.id);
      const uint64_t having = Binomial(dataset.records, of_key);
      key.set_records_without(dataset.records - having);
      const uint64_t more = layout.max_tokens_per_record - 1;
      key.set_tokens(having + more * Binomial(having, population.many_tokens));
    }
    return dataset;
  }

  // Adds how all pairs of `records` records agree on surnames, of which some are frequent.
  void AddSurnames(size_t records, CountedDataset* dataset) {
    std::discrete_distribution<int> draw({10, 6, 4, 2, 2, 1, 1, 1, 1, 1, 1});
    std::vector<int> names(records);
    for (int& name : names) name = draw(random_);
    const FieldLevels levels(UsDefault().proto(), UsDefault().evidence());
    for (const ScoredField& field : levels.fields()) {
      if (field.name != "last_name") continue;
      v1::ChanceAgreement& chance = *dataset->counts.add_chance();
      chance.set_field(field.name);
      const int best = static_cast<int>(field.levels.size()) - 1;
      chance.mutable_levels()->Resize(best + 1, 0);
      for (size_t a = 0; a < records; ++a) {
        for (size_t b = 0; b < a; ++b) {
          const bool empty = names[a] == 0 || names[b] == 0;
          const int level = empty ? 0 : names[a] == names[b] ? best : 1;
          chance.set_levels(level, chance.levels(level) + 1);
        }
      }
    }
  }

 private:
  uint64_t Binomial(uint64_t trials, double share) {
    return std::binomial_distribution<uint64_t>(trials, share)(random_);
  }

  std::mt19937_64 random_;
};

// The share of simulated datasets that get any finding.
double Alarms(int trials, uint64_t records, int earlier, const Population& before,
              const Population& now) {
  int alarms = 0;
  for (int trial = 0; trial < trials; ++trial) {
    Simulation simulation(static_cast<uint64_t>(trial) * 1000 + records);
    std::vector<CountedDataset> history;
    for (int i = 0; i < earlier; ++i) history.push_back(simulation.Draw(records, before));
    const CountedDataset dataset = simulation.Draw(records, now);
    alarms += CompareWithEarlier(dataset, history, UsDefault()).findings().empty() ? 0 : 1;
  }
  return static_cast<double>(alarms) / trials;
}

TEST(DriftFalseAlarms, AreAtMostOneInAHundredDatasetsOfTheSamePopulation) {
  const Population same;
  for (const uint64_t records : {30, 300, 3000, 300'000}) {
    for (const int earlier : {1, 4}) {
      // Enough that chance alone does not lift a rate that is well below the bound above it.
      const double alarms = Alarms(5000, records, earlier, same, same);
      RecordProperty("alarms_" + std::to_string(records) + "_" + std::to_string(earlier),
                     std::to_string(alarms));
      EXPECT_LE(alarms, kFalseAlarms) << records << " records, " << earlier << " earlier";
    }
  }
}

TEST(DriftFalseAlarms, AreAtMostOneInAHundredWhenPairsOfASampleAreCounted) {
  int alarms = 0;
  constexpr int kTrials = 1000;
  for (int trial = 0; trial < kTrials; ++trial) {
    Simulation simulation(static_cast<uint64_t>(trial));
    CountedDataset before = simulation.Draw(200, {});
    CountedDataset now = before;
    simulation.AddSurnames(100, &before);
    simulation.AddSurnames(100, &now);
    alarms += CompareWithEarlier(now, {before}, UsDefault()).findings().empty() ? 0 : 1;
  }
  EXPECT_LE(alarms, kFalseAlarms * kTrials);
}

TEST(DriftFalseAlarms, StayRareWhereDatasetsVaryByThemselves) {
  Population varied;
  varied.spread = 0.02;
  EXPECT_LE(Alarms(500, 20'000, 8, varied, varied), 0.05);
}

TEST(DriftFalseAlarms, AFallByATenthIsFoundInAThousandRecords) {
  Population fallen;
  fallen.fill = 0.8;
  EXPECT_GE(Alarms(300, 1000, 1, {}, fallen), 0.99);
}

}  // namespace
}  // namespace blindlink
