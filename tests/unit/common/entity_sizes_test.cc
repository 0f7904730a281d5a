#include "common/entity/entity_sizes.h"

#include <gtest/gtest.h>

#include <cmath>

namespace blindlink {
namespace {

constexpr EntityShape kOne{1, 1, 0};
constexpr EntityShape kTwoSites{2, 2, 0};
constexpr EntityShape kThreeSites{3, 3, 0};
const EntityShape kTwoOfASite{2, 1, std::log(2)};
const EntityShape kTwoOfASiteAndOne{3, 2, std::log(2)};

TEST(EntitySizes, TwoSingleRecordsAreAsLikelyAsTheirScoreSays) {
  EntitySizes across(2, /*within_site=*/false);
  across.Count(kOne, 100);
  across.Count(kTwoSites, 40);
  EXPECT_NEAR(across.GainOfJoining(kOne, kOne, kTwoSites), 0, 1e-9);
  EntitySizes within(1, /*within_site=*/true);
  within.Count(kOne, 100);
  within.Count(kTwoOfASite, 40);
  EXPECT_NEAR(within.GainOfJoining(kOne, kOne, kTwoOfASite), 0, 1e-9);
}

TEST(EntitySizes, SitesThatHaveAPersonOrNotIndependentlySayNothing) {
  EntitySizes sizes(3, /*within_site=*/false);
  // Each site has a person with probability 1/2: of 8000, 3000 are at one site, 3000 at two.
  sizes.Count(kOne, 3000);
  sizes.Count(kTwoSites, 3000);
  sizes.Count(kThreeSites, 1000);
  EXPECT_NEAR(sizes.GainOfJoining(kTwoSites, kOne, kThreeSites), 0, 0.01);
}

TEST(EntitySizes, WhereSitesHaveOneRecordPerPersonASecondIsUnlikely) {
  EntitySizes sizes(2, /*within_site=*/false);
  sizes.Count(kOne, 3000);
  sizes.Count(kTwoSites, 3000);
  sizes.Count(kTwoOfASiteAndOne, 10);
  EXPECT_LT(sizes.GainOfJoining(kTwoSites, kOne, kTwoOfASiteAndOne), -4);
}

TEST(EntitySizes, WherePersonsHaveManyRecordsAThirdIsLikelier) {
  EntitySizes sizes(1, /*within_site=*/true);
  sizes.Count(kOne, 10);
  sizes.Count(kTwoOfASite, 100);
  const EntityShape three{3, 1, std::log(6)};
  sizes.Count(three, 10000);
  EXPECT_GT(sizes.GainOfJoining(kTwoOfASite, kOne, three), 2);
}

TEST(EntitySizes, AHandfulOfEntitiesSaysLittle) {
  EntitySizes sizes(1, /*within_site=*/true);
  sizes.Count(kOne, 6);
  sizes.Count(kTwoOfASite, 2);
  EXPECT_LT(std::abs(sizes.GainOfJoining(kTwoOfASite, kOne, {3, 1, std::log(6)})), 1);
}

}  // namespace
}  // namespace blindlink
