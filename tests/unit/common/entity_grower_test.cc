#include "common/entity/entity_grower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace blindlink {
namespace {

using testing::ElementsAre;

// One site of records that are compared with each other, or several of ten records each.
class EntityGrowerTest : public testing::Test {
 protected:
  EntityGrowerTest() {
    options_.max_size = 10;
    options_.min_score = 0.6;
    options_.within_site = true;
    options_.one_per_person = {false};
  }

  void SeveralSites(const std::vector<bool>& one_per_person) {
    options_.within_site = false;
    options_.one_per_person = one_per_person;
  }
  void RulesDecide() {
    options_.by_probability = false;
    options_.min_score = 0;
  }
  void Pair(uint32_t left, uint32_t right, double score) { pairs_.push_back({score, left, right}); }
  // Many pairs of two records beside the test's, so that sizes are known.
  void AddPersons(uint32_t persons, uint32_t first) {
    for (uint32_t i = 0; i < persons; ++i) Pair(first + 2 * i, first + 2 * i + 1, 0.99);
  }

  EntityGrower Grown(uint32_t records) {
    const bool one_site = options_.one_per_person.size() == 1;
    EntityGrower grower(
        records, pairs_,
        [one_site](uint32_t record) { return static_cast<uint16_t>(one_site ? 0 : record / 10); },
        options_);
    EXPECT_TRUE(grower.Grow([](double) { return absl::OkStatus(); }).ok());
    return grower;
  }
  std::vector<uint32_t> First(uint32_t records) { return Grown(records).FirstRecords(); }

  std::vector<EntityPair> pairs_;
  EntityOptions options_;
};

TEST_F(EntityGrowerTest, RecordsWithoutAPairAreEntitiesOfTheirOwn) {
  EXPECT_THAT(First(3), ElementsAre(0, 1, 2));
}

// How many records are alone says how likely a larger entity is. Fakes are no people who are alone.
TEST_F(EntityGrowerTest, FakesDoNotSayHowLargeEntitiesAre) {
  constexpr uint32_t kPeople = 500, kFakes = 5000;
  bool matters = false;
  for (double score = 0.6; score < 0.99; score += 0.005) {
    pairs_.clear();
    AddPersons(100, 3);
    Pair(0, 1, 0.99);
    Pair(1, 2, score);
    options_.fakes = 0;
    const std::vector<uint32_t> people = First(kPeople);
    std::vector<uint32_t> as_people = First(kPeople + kFakes);
    options_.fakes = kFakes;
    std::vector<uint32_t> as_fakes = First(kPeople + kFakes);
    as_people.resize(kPeople);
    as_fakes.resize(kPeople);
    EXPECT_EQ(as_fakes, people) << score;
    matters |= as_people != people;
  }
  EXPECT_TRUE(matters);
}

TEST_F(EntityGrowerTest, PairsJoinInAChain) {
  Pair(0, 1, 0.99);
  Pair(1, 2, 0.99);
  EXPECT_THAT(First(4), ElementsAre(0, 0, 0, 3));
}

TEST_F(EntityGrowerTest, TwoSingleRecordsNeedThePairToReachTheThreshold) {
  Pair(0, 1, 0.6);
  Pair(2, 3, 0.59);
  EXPECT_THAT(First(4), ElementsAre(0, 0, 2, 3));
}

TEST_F(EntityGrowerTest, GrowthPastTheBoundIsRefusedAndCounted) {
  options_.max_size = 3;
  Pair(0, 1, 0.99);
  Pair(2, 3, 0.99);
  Pair(1, 2, 0.98);
  EntityGrower grower = Grown(4);
  EXPECT_THAT(grower.FirstRecords(), ElementsAre(0, 0, 2, 2));
  EXPECT_EQ(grower.refused_by_size(), 1);
  EXPECT_EQ(grower.refused_as_weak(), 0);
}

TEST_F(EntityGrowerTest, AnotherRecordOfAnEntityThatDoesNotSupportAPairSpeaksAgainstIt) {
  Pair(0, 1, 0.99);
  Pair(1, 2, 0.7);  // 0 and 2 have nothing in common
  EntityGrower alone = Grown(3);
  EXPECT_THAT(alone.FirstRecords(), ElementsAre(0, 0, 2));
  EXPECT_EQ(alone.refused_as_weak(), 1);
  Pair(0, 2, 0.65);
  EXPECT_THAT(First(3), ElementsAre(0, 0, 0));
}

TEST_F(EntityGrowerTest, ABridgeBetweenTwoEntitiesNeedsTheSupportOfTheirOtherRecords) {
  for (const uint32_t first : {0, 3}) {
    Pair(first, first + 1, 0.99);
    Pair(first, first + 2, 0.99);
    Pair(first + 1, first + 2, 0.99);
  }
  Pair(2, 3, 0.9);
  EntityGrower bridged = Grown(6);
  EXPECT_THAT(bridged.FirstRecords(), ElementsAre(0, 0, 0, 3, 3, 3));
  EXPECT_EQ(bridged.refused_as_weak(), 1);
  for (const uint32_t left : {0, 1}) {
    for (const uint32_t right : {3, 4}) Pair(left, right, 0.5);
  }
  EXPECT_THAT(First(6), ElementsAre(0, 0, 0, 0, 0, 0)) << "pairs below the threshold are support";
}

TEST_F(EntityGrowerTest, APairBelowTheBandHighNeverJoinsTwoEntities) {
  Pair(0, 1, 0.99);
  Pair(2, 3, 0.99);
  for (const uint32_t left : {0, 1}) {
    for (const uint32_t right : {2, 3}) Pair(left, right, 0.84);
  }
  EXPECT_THAT(First(4), ElementsAre(0, 0, 2, 2));
  RulesDecide();
  EXPECT_THAT(First(4), ElementsAre(0, 0, 2, 2));
}

// 40 persons of five records each, 4 perhaps the first person's; each has a pair of two records
// that scores .4.
class ManyRecordsTest : public EntityGrowerTest {
 protected:
  ManyRecordsTest() {
    for (uint32_t record = 0; record < 200; ++record) {
      for (uint32_t other = record - record % 5; other < record; ++other) {
        if (record != 4) Pair(other, record, record - other == 3 ? 0.4 : 0.99);
      }
    }
  }
};

TEST_F(ManyRecordsTest, PairsBelowTheThresholdAddARecordIfTheySupportEachOther) {
  Pair(0, 4, 0.4);
  EXPECT_EQ(First(200)[4], 4) << "the support of one of four is not enough";
  for (const uint32_t member : {1, 2}) Pair(member, 4, 0.4);
  EXPECT_EQ(First(200)[4], 0);
}

TEST_F(ManyRecordsTest, PairsBelowTheThresholdAddNothingWhereTheyLeadFromPersonToPerson) {
  for (const uint32_t member : {0, 1, 2}) Pair(member, 4, 0.4);
  for (uint32_t person = 1; person + 1 < 40; ++person) {
    for (uint32_t i = 0; i < 4; ++i) Pair(5 * person + i, 5 * person + 5 + i, 0.4);
  }
  EXPECT_EQ(First(200)[4], 4);
}

TEST_F(EntityGrowerTest, WhereHardlyAnyPersonHasThreeRecordsAThirdNeedsABetterPair) {
  AddPersons(200, 3);
  Pair(0, 1, 0.99);
  Pair(0, 2, 0.8);
  Pair(1, 2, 0.8);
  EXPECT_EQ(First(403)[2], 2);
  pairs_.resize(201);
  Pair(0, 2, 0.9999);
  Pair(1, 2, 0.9999);
  EXPECT_EQ(First(403)[2], 0);
}

TEST_F(EntityGrowerTest, RecordsOfOneSiteThatWereNotComparedDoNotSpeakAgainstAPair) {
  SeveralSites({false, false});
  Pair(0, 10, 0.99);
  Pair(0, 11, 0.7);  // 10 and 11 are of one site
  EXPECT_EQ(First(12)[11], 0);
}

// Twins 0 and 1 at the first site, one record at each of the two others.
TEST_F(EntityGrowerTest, TwinsOfASiteWithOneRecordPerPersonNeverEndInOneEntity) {
  SeveralSites({true, false, false});
  Pair(0, 10, 0.99);
  Pair(1, 20, 0.98);
  Pair(10, 20, 0.97);  // and all other pairs high
  Pair(0, 20, 0.96);
  Pair(1, 10, 0.96);
  EntityGrower grower = Grown(21);
  const std::vector<uint32_t> first = grower.FirstRecords();
  EXPECT_EQ(first[10], 0);
  EXPECT_EQ(first[20], 1);
  EXPECT_EQ(grower.refused_by_statement(), 3);
  RulesDecide();
  EXPECT_NE(First(21)[1], 0);
}

TEST_F(EntityGrowerTest, WhereRulesDecideAChainJoinsWhateverItsOtherRecordsShare) {
  RulesDecide();
  Pair(0, 1, 1);
  Pair(1, 2, 0.1);
  EXPECT_THAT(First(3), ElementsAre(0, 0, 0));
}

TEST_F(EntityGrowerTest, TheOrderOfThePairsDoesNotMatter) {
  for (uint32_t i = 0; i < 30; ++i) {
    for (uint32_t j = 0; j < i; ++j) {
      if ((i * 7 + j * 13) % 5 == 0) Pair(j, i, 0.05 + (i * 31 + j * 17) % 19 / 20.0);
    }
  }
  const std::vector<uint32_t> first = First(30);
  std::reverse(pairs_.begin(), pairs_.end());
  EXPECT_EQ(First(30), first);
  std::rotate(pairs_.begin(), pairs_.begin() + 13, pairs_.end());
  EXPECT_EQ(First(30), first);
}

TEST_F(EntityGrowerTest, AStoppedGrowthSaysSo) {
  Pair(0, 1, 0.9);
  EntityGrower grower(
      2, pairs_, [](uint32_t) { return uint16_t{0}; }, options_);
  EXPECT_EQ(grower.Grow([](double) { return absl::CancelledError(""); }).code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace blindlink
