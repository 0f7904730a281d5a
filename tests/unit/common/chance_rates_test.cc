#include "common/score/chance_rates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace blindlink {
namespace {

using testing::HasSubstr;

std::vector<ScoredField> Fields() {
  static constexpr const char* kLevels[] = {"missing", "differs", "similar", "exact"};
  std::vector<ScoredField> fields(2);
  fields[0].name = "first";
  fields[1].name = "last";
  for (ScoredField& field : fields) field.levels = kLevels;
  fields[1].usual_chance = 0.005;
  return fields;
}

v1::UploadCounts Counts(uint64_t records, const std::vector<uint64_t>& levels_of_first) {
  v1::UploadCounts counts;
  counts.set_records(records);
  v1::ChanceAgreement& first = *counts.add_chance();
  first.set_field("first");
  for (const uint64_t level : levels_of_first) first.add_levels(level);
  return counts;
}

// P(exact) of the first field.
double Exact(const std::vector<SiteCounts>& sites) {
  return CombineChance(Fields(), sites)[0][0][3];
}

TEST(ChanceRates, ComeFromTheSitesAndTheUsualOnesStandIn) {
  v1::UploadCounts site = Counts(200, {0, 9000, 0, 1000});
  v1::ChanceAgreement& unfit = *site.add_chance();
  unfit.set_field("last");
  unfit.add_levels(7);  // a different number of levels
  const ChanceRates rates = CombineChance(Fields(), {{&site}});
  EXPECT_NEAR(rates[0][0][3], 0.1, 0.001);
  EXPECT_NEAR(rates[0][1][3], 0.005, 1e-9);
  EXPECT_GT(rates[0][0][2], 0) << "unobserved does not mean impossible";
}

TEST(ChanceRates, TwoSitesWeighByTheirPairsUntilTheyHaveEnough) {
  const v1::UploadCounts large = Counts(1500, {0, 990'000, 0, 10'000});
  const v1::UploadCounts as_large = Counts(20'000, {0, 27'000'000, 0, 3'000'000});
  EXPECT_NEAR(Exact({{&large}, {&as_large}}), 0.055, 0.001);
  const v1::UploadCounts tiny = Counts(5, {0, 0, 0, 10});
  EXPECT_LT(Exact({{&large}, {&tiny}}), 0.012);
}

TEST(ChanceRates, OneSiteOfThreeDoesNotMoveThemBeyondTheOthers) {
  const v1::UploadCounts north = Counts(1500, {0, 990'000, 0, 10'000});
  const v1::UploadCounts south = Counts(1500, {0, 980'000, 0, 20'000});
  for (const uint64_t pairs : {uint64_t{1} << 20, uint64_t{1} << 40}) {
    const v1::UploadCounts always = Counts(uint64_t{1} << 31, {0, 0, 0, pairs});
    const v1::UploadCounts never = Counts(uint64_t{1} << 31, {0, pairs, 0, 0});
    EXPECT_NEAR(Exact({{&north}, {&south}, {&always}}), 0.02, 0.001);
    EXPECT_NEAR(Exact({{&north}, {&south}, {&never}}), 0.01, 0.001);
  }
}

TEST(ChanceRates, TheDatasetsOfASiteAreOneMeasurement) {
  const v1::UploadCounts north = Counts(1500, {0, 990'000, 0, 10'000});
  const v1::UploadCounts south = Counts(1500, {0, 980'000, 0, 20'000});
  const v1::UploadCounts always = Counts(1500, {0, 0, 0, 1'000'000});
  EXPECT_NEAR(Exact({{&north}, {&south}, {&always, &always, &always, &always}}), 0.02, 0.001);
}

TEST(ChanceRates, TheRatesOfSeveralSitesAddUpToOne) {
  const v1::UploadCounts a = Counts(1500, {0, 900'000, 50'000, 50'000});
  const v1::UploadCounts b = Counts(1500, {0, 500'000, 400'000, 100'000});
  const v1::UploadCounts c = Counts(1500, {0, 100'000, 200'000, 700'000});
  const LevelRates rates = CombineChance(Fields(), {{&a}, {&b}, {&c}})[0][0];
  EXPECT_NEAR(rates[1] + rates[2] + rates[3], 1, 1e-6);
}

TEST(ChanceRates, CountsOfMorePairsThanTheRecordsHaveAreRefused) {
  EXPECT_TRUE(CheckChance(Counts(5, {1, 2, 3, 4})).ok());
  const absl::Status status = CheckChance(Counts(5, {1, 2, 3, 5}));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("more than 10 pairs"));
  EXPECT_TRUE(CheckChance(Counts(1, {0, 0, 0, 0})).ok());
  EXPECT_FALSE(CheckChance(Counts(1, {0, 0, 0, 1})).ok());
  EXPECT_FALSE(CheckChance(Counts(0, {0, 0, 0, 1})).ok());
  v1::UploadCounts other_situation = Counts(5, {1, 2, 3, 4});
  other_situation.mutable_chance(0)->add_levels_of_same_year_through_one_token(11);
  EXPECT_FALSE(CheckChance(other_situation).ok());
}

TEST(ChanceRates, CountsThatOverflowAreRefused) {
  constexpr uint64_t kHalf = uint64_t{1} << 63;
  EXPECT_FALSE(CheckChance(Counts(5, {0, kHalf, kHalf, 1})).ok());
  EXPECT_FALSE(CheckChance(Counts(~uint64_t{0}, {0, kHalf, kHalf, 1})).ok());
  EXPECT_FALSE(CheckChance(Counts(100, {0, std::numeric_limits<uint64_t>::max(), 2, 3})).ok());
}

TEST(ChanceRates, CountsOfMoreThanTheFieldsAreRefused) {
  v1::UploadCounts twice = Counts(5, {1, 2, 3, 4});
  *twice.add_chance() = twice.chance(0);
  EXPECT_FALSE(CheckChance(twice).ok());
  v1::UploadCounts many = Counts(5, {1, 2, 3, 4});
  for (size_t i = 0; i < kMaxScoredFields; ++i) many.add_chance()->set_field(std::string(i, 'x'));
  EXPECT_FALSE(CheckChance(many).ok());
  EXPECT_FALSE(CheckChance(Counts(100, std::vector<uint64_t>(17, 0))).ok());
}

}  // namespace
}  // namespace blindlink
