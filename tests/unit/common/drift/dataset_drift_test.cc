#include "common/drift/dataset_drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/plan/plan.h"
#include "common/score/field_levels.h"

namespace blindlink {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Plan& UsDefault() {
  static const Plan* const kPlan =
      new Plan(*Plan::Parse(*ReadFile(BLINDLINK_SOURCE_DIR "/deploy/plans/us-default.textproto")));
  return *kPlan;
}

// A dataset in which this share of the records has what each match key needs, with `tokens` tokens
// of each that they have.
CountedDataset DatasetOf(const std::string& name, uint64_t records, double fill,
                         double tokens = 1) {
  CountedDataset dataset;
  dataset.manifest.set_dataset(name);
  dataset.manifest.set_tokenization_digest("digest");
  dataset.records = records;
  dataset.counts.set_records(records);
  dataset.counts.set_rows(records);
  for (const MatchKeyLayout& layout : UsDefault().match_keys()) {
    v1::MatchKeyCounts& key = *dataset.counts.add_match_keys();
    key.set_match_key(layout.id);
    const auto having = static_cast<uint64_t>(std::llround(fill * static_cast<double>(records)));
    key.set_records_without(records - having);
    key.set_tokens(static_cast<uint64_t>(std::llround(tokens * static_cast<double>(having))));
  }
  return dataset;
}

// Changes how many records have what the first match key needs.
CountedDataset WithFirst(CountedDataset dataset, double fill) {
  const auto records = static_cast<double>(dataset.records);
  v1::MatchKeyCounts& key = *dataset.counts.mutable_match_keys(0);
  key.set_records_without(dataset.records - static_cast<uint64_t>(std::llround(fill * records)));
  key.set_tokens(dataset.records - key.records_without());
  return dataset;
}

const std::string& FirstKey() { return UsDefault().match_keys()[0].name; }

// Measures and subjects of what was found.
std::vector<std::string> FoundIn(const v1::DatasetDrift& drift) {
  std::vector<std::string> found;
  for (const v1::DriftFinding& finding : drift.findings()) {
    found.push_back(v1::DriftMeasure_Name(finding.measure()) + " " + finding.subject());
  }
  return found;
}

std::vector<std::string> Found(const CountedDataset& dataset,
                               const std::vector<CountedDataset>& earlier) {
  return FoundIn(CompareWithEarlier(dataset, earlier, UsDefault()));
}

TEST(CompareWithEarlier, TellsWhatHasFallenAndNothingElse) {
  const CountedDataset before = DatasetOf("2025", 2000, 0.95);
  const v1::DatasetDrift drift =
      CompareWithEarlier(WithFirst(DatasetOf("2026", 500, 0.95), 0.85), {before}, UsDefault());
  EXPECT_THAT(drift.compared_with(), ElementsAre("2025"));
  EXPECT_THAT(FoundIn(drift), ElementsAre("MATCH_KEY_FILL " + FirstKey()));
  EXPECT_NEAR(drift.findings(0).before(), 0.95, 1e-9);
  EXPECT_NEAR(drift.findings(0).now(), 0.85, 1e-9);
  EXPECT_LT(drift.findings(0).chance(), kFalseAlarms / drift.comparisons());
}

TEST(CompareWithEarlier, TellsARiseToo) {
  EXPECT_THAT(Found(WithFirst(DatasetOf("2026", 2000, 0.9), 0.99), {DatasetOf("2025", 2000, 0.9)}),
              ElementsAre("MATCH_KEY_FILL " + FirstKey()));
}

TEST(CompareWithEarlier, AMillionRecordsDoNotAlarmAtATenthOfAPercent) {
  const CountedDataset before = DatasetOf("2025", 1'000'000, 0.95);
  EXPECT_THAT(Found(DatasetOf("2026", 1'000'000, 0.949), {before}), IsEmpty());
  EXPECT_THAT(Found(WithFirst(DatasetOf("2026", 1'000'000, 0.95), 0.92), {before}), SizeIs(1));
}

TEST(CompareWithEarlier, TenRecordsAlarmOnlyIfNoChanceExplainsThem) {
  const CountedDataset before = DatasetOf("2025", 100'000, 0.95);
  EXPECT_THAT(Found(WithFirst(DatasetOf("a", 10, 1), 0.8), {before}), IsEmpty());
  EXPECT_THAT(Found(WithFirst(DatasetOf("b", 10, 1), 0), {before}), SizeIs(1));
}

TEST(CompareWithEarlier, AHistoryThatVariesByItselfExcusesMore) {
  std::vector<CountedDataset> steady;
  std::vector<CountedDataset> varied;
  for (int i = 0; i < 6; ++i) {
    steady.push_back(DatasetOf("d", 5000, 0.88));
    varied.push_back(WithFirst(DatasetOf("d", 5000, 0.88), i % 2 == 0 ? 0.81 : 0.95));
  }
  const CountedDataset now = WithFirst(DatasetOf("now", 5000, 0.88), 0.81);
  EXPECT_THAT(Found(now, steady), SizeIs(1));
  EXPECT_THAT(Found(now, varied), IsEmpty());
}

TEST(CompareWithEarlier, TellsRejectedRows) {
  CountedDataset now = DatasetOf("2026", 900, 0.9);
  now.counts.set_rows(1000);
  now.counts.set_rejected_rows(100);
  EXPECT_THAT(Found(now, {DatasetOf("2025", 1000, 0.9)}), ElementsAre("REJECTED_ROWS "));
}

TEST(CompareWithEarlier, TellsTokensForARecord) {
  // Match key 1 of us-default has names in either order and nicknames: several tokens.
  const MatchKeyLayout& layout = UsDefault().match_keys()[0];
  ASSERT_GT(layout.max_tokens_per_record, 3u);
  const auto with = [&](double tokens) {
    CountedDataset dataset = DatasetOf("d", 5000, 1);
    dataset.counts.mutable_match_keys(0)->set_tokens(static_cast<uint64_t>(5000 * tokens));
    return dataset;
  };
  const v1::DatasetDrift drift = CompareWithEarlier(with(2), {with(3)}, UsDefault());
  EXPECT_THAT(FoundIn(drift), ElementsAre("TOKENS_PER_RECORD " + layout.name));
  EXPECT_NEAR(drift.findings(0).before(), 3, 1e-9);
  EXPECT_NEAR(drift.findings(0).now(), 2, 1e-9);
  EXPECT_THAT(Found(with(3.1), {with(3)}), IsEmpty()) << "a thirtieth is not worth a note";
}

// The agreement of random pairs of 1 500 records on surnames.
CountedDataset WithSurnames(CountedDataset dataset, double filled, double equal) {
  constexpr double kPairs = 1500.0 * 1499 / 2;
  const FieldLevels levels(UsDefault().proto(), UsDefault().evidence());
  for (const ScoredField& field : levels.fields()) {
    if (field.name != "last_name") continue;
    v1::ChanceAgreement& chance = *dataset.counts.add_chance();
    chance.set_field(field.name);
    chance.mutable_levels()->Resize(static_cast<int>(field.levels.size()), 0);
    const double both = filled * filled * kPairs;
    chance.set_levels(0, static_cast<uint64_t>(kPairs - both));
    chance.set_levels(1, static_cast<uint64_t>(both * (1 - equal)));
    chance.set_levels(chance.levels_size() - 1, static_cast<uint64_t>(both * equal));
  }
  EXPECT_EQ(dataset.counts.chance_size(), 1);
  return dataset;
}

TEST(CompareWithEarlier, TellsAFieldThatIsLeftEmptyAndOneThatIsFilledWithAWordForUnknown) {
  const CountedDataset before = WithSurnames(DatasetOf("2025", 9000, 0.9), 0.98, 0.003);
  const v1::DatasetDrift empty = CompareWithEarlier(
      WithSurnames(DatasetOf("2026", 9000, 0.9), 0.90, 0.003), {before}, UsDefault());
  EXPECT_THAT(FoundIn(empty), ElementsAre("FIELD_FILL last_name"));
  EXPECT_NEAR(empty.findings(0).before(), 0.98, 1e-3);
  EXPECT_NEAR(empty.findings(0).now(), 0.90, 1e-3);
  // One word in a fifth of the records: a twenty-fifth of the pairs.
  EXPECT_THAT(Found(WithSurnames(DatasetOf("2026", 9000, 0.9), 0.98, 0.043), {before}),
              ElementsAre("EQUAL_VALUES last_name"));
  EXPECT_THAT(Found(WithSurnames(DatasetOf("2026", 9000, 0.9), 0.97, 0.004), {before}), IsEmpty());
}

TEST(CompareWithEarlier, ACorrectionIsNoSampleOnEitherSide) {
  CountedDataset fixes = DatasetOf("fixes", 500, 0.5);
  fixes.manifest.set_kind(v1::CORRECTION);
  const CountedDataset before = DatasetOf("2025", 1000, 0.95);
  const v1::DatasetDrift of_fixes = CompareWithEarlier(fixes, {before}, UsDefault());
  EXPECT_THAT(of_fixes.findings(), IsEmpty());
  EXPECT_EQ(of_fixes.not_compared(), "a correction has only records that were wrong");
  const v1::DatasetDrift after =
      CompareWithEarlier(DatasetOf("2026", 1000, 0.95), {before, fixes}, UsDefault());
  EXPECT_THAT(after.compared_with(), ElementsAre("2025"));
  EXPECT_THAT(after.findings(), IsEmpty());
}

TEST(CompareWithEarlier, AReplacementIsComparedWithWhatItReplaces) {
  const std::vector<CountedDataset> earlier = {DatasetOf("clinic", 1000, 0.95),
                                               DatasetOf("ward", 1000, 0.6)};
  CountedDataset now = DatasetOf("ward-2", 1000, 0.6);
  now.manifest.set_kind(v1::REPLACEMENT);
  now.manifest.set_replaces("ward");
  const v1::DatasetDrift drift = CompareWithEarlier(now, earlier, UsDefault());
  EXPECT_THAT(drift.compared_with(), ElementsAre("ward"));
  EXPECT_THAT(drift.findings(), IsEmpty());
}

TEST(CompareWithEarlier, WithoutAnythingLikeItSaysSo) {
  CountedDataset otherwise_made = DatasetOf("2025", 1000, 0.5);
  otherwise_made.manifest.set_tokenization_digest("another");
  const v1::DatasetDrift drift =
      CompareWithEarlier(DatasetOf("2026", 1000, 0.95), {otherwise_made}, UsDefault());
  EXPECT_THAT(drift.compared_with(), IsEmpty());
  EXPECT_THAT(drift.findings(), IsEmpty());
  EXPECT_NE(drift.not_compared(), "");
}

TEST(CompareWithEarlier, OnlyTheNewestOfALongHistoryCount) {
  std::vector<CountedDataset> earlier = {DatasetOf("first", 1000, 0.5)};
  for (size_t i = 0; i < kMostEarlier; ++i) earlier.push_back(DatasetOf("later", 1000, 0.95));
  const v1::DatasetDrift drift =
      CompareWithEarlier(DatasetOf("now", 1000, 0.95), earlier, UsDefault());
  EXPECT_EQ(drift.compared_with_size(), static_cast<int>(kMostEarlier));
  EXPECT_EQ(drift.compared_with(0), "later");
  EXPECT_THAT(drift.findings(), IsEmpty());
}

TEST(CompareWithEarlier, CountsThatContradictEachOtherAreNotCompared) {
  CountedDataset broken = DatasetOf("2025", 100, 0.9);
  for (auto& key : *broken.counts.mutable_match_keys()) {
    key.set_records_without(1000);
    key.set_tokens(uint64_t{1} << 60);
  }
  broken.counts.set_rejected_rows(5000);
  const v1::DatasetDrift drift =
      CompareWithEarlier(DatasetOf("2026", 100, 0.9), {broken}, UsDefault());
  EXPECT_EQ(drift.comparisons(), 0u);
  EXPECT_THAT(drift.findings(), IsEmpty());
}

}  // namespace
}  // namespace blindlink
