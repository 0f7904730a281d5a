#include "resolver/linkage/pair_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint16_t kRegistry = 0, kClaims = 1;

// Registry records are numbered 0 to 99, claims from 100.
class PairChoiceTest : public testing::Test {
 protected:
  void Pair(uint32_t registry, uint32_t claims, double score) {
    pairs_.push_back({score, registry, claims, kRegistry, kClaims, pairs_.size()});
  }
  std::vector<bool> Refused(bool registry_once, bool claims_once) {
    choice_ = ChoosePairs(pairs_, {registry_once, claims_once}, pairs_.size());
    return choice_.refused;
  }

  std::vector<RankedPair> pairs_;
  PairChoice choice_;
};

TEST_F(PairChoiceTest, WhereNobodySaysSoAllPairsStand) {
  Pair(1, 101, 0.9);
  Pair(1, 102, 0.8);
  Pair(2, 101, 0.7);
  EXPECT_THAT(Refused(false, false), ElementsAre(false, false, false));
}

TEST_F(PairChoiceTest, WhereBothSaySoTheBestPairOfEachStands) {
  Pair(1, 101, 0.8);
  Pair(1, 102, 0.9);  // refuses the first
  Pair(2, 101, 0.7);  // whose partner is free again
  EXPECT_THAT(Refused(true, true), ElementsAre(true, false, false));
  EXPECT_EQ(choice_.refused_pairs, 1);
}

TEST_F(PairChoiceTest, WhereTheRegistryAloneSaysSoAClaimHasOnePatientAndAPatientManyClaims) {
  Pair(1, 101, 0.9);
  Pair(1, 102, 0.8);
  Pair(2, 102, 0.7);
  EXPECT_THAT(Refused(true, false), ElementsAre(false, false, true));
}

TEST_F(PairChoiceTest, TiesGoToTheFirstRecordsWhateverTheOrder) {
  Pair(1, 102, 0.9);
  Pair(1, 101, 0.9);
  EXPECT_THAT(Refused(true, true), ElementsAre(true, false));
}

TEST_F(PairChoiceTest, ASiteWhereManyPersonsHaveTwoRecordsIsNotBelieved) {
  for (uint32_t i = 0; i < 10; ++i) {
    Pair(i, 100 + 2 * i, 0.99);
    Pair(i, 101 + 2 * i, 0.98);
  }
  const std::vector<bool> refused = Refused(false, true);
  EXPECT_THAT(choice_.disbelieved, ElementsAre(kClaims));
  EXPECT_EQ(choice_.second_high_scored[kClaims], 10);
  EXPECT_EQ(choice_.refused_pairs, 0);
}

TEST_F(PairChoiceTest, AFewExceptionsDoNotRefuteAStatement) {
  for (uint32_t i = 0; i < 50; ++i) Pair(i, 100 + i, 0.99);
  Pair(0, 160, 0.96);
  Refused(true, true);
  EXPECT_THAT(choice_.disbelieved, IsEmpty());
  EXPECT_EQ(choice_.second_high_scored[kClaims], 1);
  EXPECT_TRUE(choice_.refused[50]);
}

TEST_F(PairChoiceTest, WithoutPairsThereIsNothingToChoose) {
  EXPECT_THAT(Refused(true, true), IsEmpty());
  EXPECT_THAT(choice_.disbelieved, IsEmpty());
}

}  // namespace
}  // namespace blindlink::resolver
