#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "common/plan/plan.h"
#include "common/score/chance_rates.h"
#include "common/score/field_levels.h"
#include "common/score/score_model.h"
#include "common/score/threshold.h"

namespace blindlink {
namespace {

// Five fields. A pattern is drawn field by field: the best level with a given probability,
// otherwise "differs".
ScoredField Field(const char* name, double usual_chance) {
  ScoredField field;
  field.name = name;
  static constexpr const char* kLevels[] = {"missing", "differs", "similar", "exact"};
  field.levels = kLevels;
  field.usual_chance = usual_chance;
  return field;
}

std::vector<ScoredField> Fields() {
  std::vector<ScoredField> fields = {Field("first", 0.01), Field("last", 0.005),
                                     Field("birth", 0.0001), Field("street", 0.0001),
                                     Field("number", 1e-6)};
  fields[0].shared_by_namesakes = 0.97;
  fields[1].household = true;
  fields[2].birth_date = true;
  fields[2].shared_by_twins = 0.97;
  fields[3].household = true;
  fields[4].shared_by_number = 0.97;
  return fields;
}

class ScoreModelTest : public testing::Test {
 protected:
  // Adds `count` pairs that agree exactly on each field with these probabilities, and otherwise are
  // similar with those of `similar`. Returns the count of each pattern.
  PatternCounts Draw(int count, const std::vector<double>& exact,
                     const std::vector<double>& similar = {}) {
    PatternCounts drawn;
    std::uniform_real_distribution<double> uniform;
    for (int i = 0; i < count; ++i) {
      AgreementPattern pattern = 0;
      for (size_t f = 0; f < exact.size(); ++f) {
        uint64_t level = uniform(random_) < exact[f] ? 3 : 1;
        if (level == 1 && !similar.empty() && uniform(random_) < similar[f]) level = 2;
        pattern |= level << (4 * f);
      }
      ++drawn[pattern];
      ++patterns_[pattern];
    }
    return drawn;
  }
  ScoreModel Fit(double comparisons = 1e8, double guess = 1000) {
    return ScoreModel::Fit({fields_, chance_, patterns_, comparisons, guess});
  }
  static double Sum(const ScoreModel& model, const PatternCounts& of) {
    double sum = 0;
    for (const auto& [pattern, count] : of) {
      sum += model.Probability(pattern) * static_cast<double>(count);
    }
    return sum;
  }

  std::vector<ScoredField> fields_ = Fields();
  ChanceRates chance_ = CombineChance(fields_, {});
  PatternCounts patterns_;
  std::mt19937 random_{1};
};

TEST_F(ScoreModelTest, FindsHowManyPairsAreOnePersonWithoutBeingTold) {
  Draw(5000, {0.9, 0.95, 0.95, 0.7, 0.9});
  Draw(20000, {0.02, 0.9, 0.0001, 0.0001, 0});  // strangers with the same last name
  EXPECT_NEAR(Fit().expected_matches(), 5000, 50);
}

TEST_F(ScoreModelTest, RelativesUnderOneRoofStayApart) {
  const PatternCounts persons = Draw(3000, {0.95, 0.95, 0.97, 0.8, 0.9});
  const PatternCounts kin = Draw(9000, {0.01, 0.95, 0.0001, 0.95, 0.0});
  const ScoreModel model = Fit();
  EXPECT_LT(Sum(model, kin), 60);
  EXPECT_GT(Sum(model, persons), 2900);
}

TEST_F(ScoreModelTest, TwinsStayApart) {
  Draw(3000, {0.97, 0.97, 0.97, 0.8, 0.95});
  Draw(3000, {0.01, 0.95, 0.0001, 0.95, 0.0});
  const PatternCounts twins = Draw(200, {0.005, 0.97, 0.99, 0.97, 0.0});
  EXPECT_LT(Sum(Fit(), twins), 20);
}

TEST_F(ScoreModelTest, ABorrowedNumberMakesNoPerson) {
  Draw(3000, {0.97, 0.97, 0.97, 0.8, 0.98});
  const PatternCounts borrowed = Draw(200, {0.005, 0.97, 0.0001, 0.9, 0.99});
  EXPECT_LT(Sum(Fit(), borrowed), 20);
}

TEST_F(ScoreModelTest, StrangersWhoShareAWholeNameForTheirOriginStayApart) {
  std::vector<ScoredField> fields = fields_;
  fields[0].goes_with_name = fields[1].goes_with_name = true;
  const PatternCounts persons = Draw(3000, {0.9, 0.95, 0.95, 0.7, 0.9});
  // Far more than the 5 000 of 10^8 pairs that the shares of the two names alone would give.
  const PatternCounts namesakes = Draw(60000, {0.9, 0.9, 0.0001, 0.0001, 0});
  const ScoreModel model = ScoreModel::Fit({fields, chance_, patterns_, 1e8, 1000});
  EXPECT_LT(Sum(model, namesakes), 60);
  EXPECT_GT(Sum(model, persons), 2900);
}

TEST_F(ScoreModelTest, WhatIsKnownOfAFieldBeforehandOutweighsTheUsual) {
  std::vector<ScoredField> fields = fields_;
  fields[0].usual_match = {0, 0.5, 0.25, 0.25};
  const ScoreModel model = ScoreModel::Fit({fields, chance_, patterns_, 1e8, 1000});
  EXPECT_EQ(model.match_levels()[0], fields[0].usual_match);
}

TEST_F(ScoreModelTest, NoPairAndOnePairGiveAModelToo) {
  EXPECT_EQ(Fit().expected_matches(), 0);
  Draw(1, {1, 1, 1, 1, 1});
  const ScoreModel model = Fit(100, 10);
  EXPECT_TRUE(std::isfinite(model.expected_matches()));
  EXPECT_GT(model.Probability(0x33333), 0.9);
}

TEST_F(ScoreModelTest, NothingComparedSaysNothing) {
  patterns_[0] = 1000;
  const ScoreModel model = Fit();
  EXPECT_TRUE(std::isfinite(model.Probability(0)));
  EXPECT_LT(model.Probability(0), 0.01);
}

TEST_F(ScoreModelTest, TheThresholdKeepsTheExpectedPpvThatWasAskedFor) {
  Draw(3000, {0.8, 0.85, 0.9, 0.5, 0.5});
  Draw(30000, {0.05, 0.5, 0.01, 0.001, 0});
  const ScoreModel model = Fit();
  v1::Scoring scoring;
  const Threshold by_f1 = ChooseThreshold(model, patterns_, scoring);
  EXPECT_GT(by_f1.pairs, 2000);
  scoring.set_min_expected_ppv(0.9999);
  const Threshold by_ppv = ChooseThreshold(model, patterns_, scoring);
  EXPECT_GE(by_ppv.expected_ppv, 0.9999);
  EXPECT_LE(by_ppv.pairs, by_f1.pairs);
  scoring.set_min_score(0.75);
  EXPECT_EQ(ChooseThreshold(model, patterns_, scoring).min_score, 0.75);
}

TEST_F(ScoreModelTest, WhereAWrongPairCostsMoreFewerAreTaken) {
  Draw(3000, {0.8, 0.85, 0.9, 0.5, 0.5});
  Draw(30000, {0.05, 0.5, 0.01, 0.001, 0});
  const ScoreModel model = Fit();
  v1::Scoring scoring;
  const Threshold by_f1 = ChooseThreshold(model, patterns_, scoring);
  scoring.set_wrong_pair_cost(1);
  EXPECT_EQ(ChooseThreshold(model, patterns_, scoring).min_score, by_f1.min_score);
  scoring.set_wrong_pair_cost(20);
  const Threshold careful = ChooseThreshold(model, patterns_, scoring);
  EXPECT_GT(careful.min_score, by_f1.min_score);
  EXPECT_GT(careful.expected_ppv, by_f1.expected_ppv);
}

TEST_F(ScoreModelTest, FathersAndSonsOfOneNameStayApart) {
  Draw(3000, {0.97, 0.97, 0.97, 0.8, 0.95});
  Draw(3000, {0.01, 0.95, 0.0001, 0.95, 0.0});  // households
  const PatternCounts namesakes = Draw(100, {0.97, 0.97, 0.0001, 0.95, 0.0});
  EXPECT_LT(Sum(Fit(), namesakes), 10);
}

TEST_F(ScoreModelTest, ThroughOneTokenTheSameAgreementSaysLess) {
  Draw(3000, {0.97, 0.97, 0.97, 0.8, 0.95});
  chance_[kOfOneToken][0][3] = 0.2;  // measured by the sites: different first names share a code
  const ScoreModel model = Fit();
  const AgreementPattern names_only = 0x11133;
  EXPECT_LT(model.Probability(names_only | kThroughOneToken), model.Probability(names_only));
}

TEST_F(ScoreModelTest, ValuesThatAreKnownToBeEqualSayMoreThanTheirCodes) {
  fields_[4].proof = 1;
  Draw(3000, {0.97, 0.97, 0.97, 0.8, 0.95});
  chance_[kOfOneToken][4][3] = 0.004;  // measured by the sites: different numbers share a code
  const ScoreModel model = Fit();
  const AgreementPattern by_code = 0x31113 | kThroughOneToken;
  const AgreementPattern by_value = by_code | AgreementPattern{1} << 60;
  EXPECT_EQ(ProofIn(by_value), 1);
  EXPECT_LT(model.Probability(by_code), model.Probability(by_value));
}

TEST_F(ScoreModelTest, AFirstNameThatStrangersShareSaysTheirSex) {
  fields_[0].comparison = Comparison::kGivenName;
  fields_[4] = Field("sex", 0.5);  // in place of the number
  fields_[4].follows_first_name = true;
  chance_ = CombineChance(fields_, {});
  const PatternCounts persons = Draw(3000, {0.9, 0.9, 0.9, 0.9, 1});
  Draw(60'000, {0, 0.01, 0.0001, 1, 0.5});  // strangers under one address
  const PatternCounts of_one_name = Draw(600, {1, 0.01, 0.0001, 1, 1});
  const ScoreModel model = Fit();
  EXPECT_LT(Sum(model, of_one_name), 60);
  EXPECT_GT(Sum(model, persons), 2750);
}

TEST_F(ScoreModelTest, WhereOnlyTheFirstNameDiffersTwinsAreThoughtOf) {
  fields_ = {fields_[0], fields_[1], fields_[2]};  // names and date
  fields_[1].shared_by_twins = 0.97;
  chance_ = CombineChance(fields_, {});
  Draw(800, {0.8, 0.9, 0.9}, {0.95, 0, 0});
  const PatternCounts twins = Draw(80, {0.005, 0.95, 0.97});
  EXPECT_LT(Sum(Fit(1e7, 800), twins), 40);
}

TEST_F(ScoreModelTest, TellsThatAnotherStartEndsElsewhereOnlyIfItDoes) {
  Draw(3000, {0.95, 0.95, 0.97, 0.8, 0.9});
  Draw(9000, {0.01, 0.95, 0.0001, 0.95, 0.0});
  EXPECT_EQ(Fit().other_matches(), 0);
}

// A census and a survey: a postal code is a stretch of one street.
class StreetsTest : public ScoreModelTest {
 protected:
  StreetsTest() {
    fields_ = {Field("first", 0.01), Field("last", 0.005), Field("birth", 0.0001),
               Field("place", 0.01), Field("street", 0.0001)};
    fields_[0].least_agreement = 0.72;
    fields_[1].comparison = Comparison::kSurname;
    fields_[2].least_agreement = 0.75;
    fields_[3].comparison = Comparison::kPostalCode;
    fields_[4].comparison = Comparison::kStreetAddress;
    for (const size_t household : {1, 3, 4}) fields_[household].household = true;
    chance_ = CombineChance(fields_, {});
  }
  // Neighbours: the same place, and the same street, which is the level between.
  PatternCounts DrawNeighbours(int pairs) {
    return Draw(pairs, {0.02, 0.02, 0.0001, 0.97, 0.05}, {0, 0, 0, 0, 0.9});
  }
  PatternCounts DrawFamilies(int pairs) { return Draw(pairs, {0.01, 0.9, 0.0001, 0.97, 0.95}); }
};

TEST_F(StreetsTest, NeighboursOfOneStreetStayApart) {
  const PatternCounts persons = Draw(3000, {0.85, 0.9, 0.9, 0.97, 0.9});
  const PatternCounts neighbours = DrawNeighbours(300'000);
  const PatternCounts families = DrawFamilies(9000);
  const ScoreModel model = Fit();
  EXPECT_LT(Sum(model, neighbours), 90);  // of 300 000
  EXPECT_LT(Sum(model, families), 150);
  EXPECT_GT(Sum(model, persons), 2800);
}

TEST_F(StreetsTest, OnePersonIsHeldToAgreeInWhatIsTheirOwn) {
  DrawNeighbours(300'000);
  DrawFamilies(30'000);
  Draw(100, {0.85, 0.9, 0.9, 0.97, 0.9});
  const ScoreModel model = Fit();
  EXPECT_GE(model.match_levels()[0][2] + model.match_levels()[0][3], 0.72 - 1e-9);
  EXPECT_GE(model.match_levels()[2][2] + model.match_levels()[2][3], 0.75 - 1e-9);
  EXPECT_LT(model.expected_matches(), 150);
}

TEST_F(StreetsTest, DecoysTellWhatStrangersAre) {
  // Records of one person full of errors look like strangers under one address; within sites there
  // is hardly such a pair, so these are no strangers.
  const PatternCounts noisy = Draw(300, {0.1, 0.6, 0.1, 0.97, 0.95});
  Draw(3000, {0.75, 0.85, 0.78, 0.97, 0.95});
  const PatternCounts decoys = {{0x13111, 50}};  // pairs of one place
  const ScoreModel with_decoys =
      ScoreModel::Fit({fields_, chance_, patterns_, 1e8, 1000, &decoys, 1e8});
  const double alone = Sum(Fit(), noisy);
  EXPECT_GT(Sum(with_decoys, noisy), alone);
  EXPECT_LT(with_decoys.expected_duplicates(), 10);
}

TEST_F(StreetsTest, DecoysCountThePairsThatTheClassesMisjudge) {
  // Of one address and first name, but of other surnames and dates of birth.
  const AgreementPattern unclear = 0x33113;
  Draw(3000, {0.9, 0.9, 0.95, 0.97, 0.95});
  DrawFamilies(9000);
  patterns_[unclear] += 200;
  const auto with = [&](uint64_t within) {
    const PatternCounts decoys = {{unclear, within}, {0x33131, 9000}};
    return ScoreModel::Fit({fields_, chance_, patterns_, 1e8, 1000, &decoys, 1e8});
  };
  const double none = with(0).Probability(unclear);
  const double as_many = with(200).Probability(unclear);
  const double half = with(100).Probability(unclear);
  EXPECT_GT(half, as_many);
  EXPECT_LT(half, none);
}

TEST_F(StreetsTest, TellsHowManyUnclearDecoysThereAreAndHowManyTheClassesExplain) {
  EXPECT_EQ(Fit().decoys_counted(), 0);
  EXPECT_EQ(Fit().decoys_explained(), 0);
  const auto draw_strangers = [&] {
    return Draw(3000, {0.6, 0.02, 0.0001, 0.97, 0.95}, {0, 0.1, 0.1, 0, 0});
  };
  const PatternCounts like_those_across = draw_strangers();
  patterns_.clear();
  Draw(3000, {0.9, 0.6, 0.6, 0.97, 0.95}, {0, 0.5, 0.5, 0, 0});
  draw_strangers();
  const PatternCounts others = {{0x33131, 9000}};
  const auto with = [&](const PatternCounts& decoys) {
    return ScoreModel::Fit({fields_, chance_, patterns_, 1e8, 1000, &decoys, 1e8});
  };
  const ScoreModel fits = with(like_those_across);
  const ScoreModel does_not = with(others);
  EXPECT_GT(fits.decoys_counted(), 100);
  EXPECT_NEAR(fits.decoys_counted() / fits.decoys_explained(), 1, 0.2);
  EXPECT_GT(does_not.decoys_explained(), 10 * (1 + does_not.decoys_counted()));
}

TEST_F(StreetsTest, ASitesOwnDuplicatesAreCountedApart) {
  const PatternCounts persons = Draw(2000, {0.9, 0.95, 0.95, 0.97, 0.9});
  const PatternCounts decoys = Draw(1500, {0.9, 0.95, 0.95, 0.97, 0.9});
  patterns_ = persons;
  const ScoreModel model = ScoreModel::Fit({fields_, chance_, patterns_, 1e8, 1000, &decoys, 1e8});
  EXPECT_NEAR(model.expected_matches(), 2000, 40);
  EXPECT_NEAR(model.expected_duplicates(), 1500, 40);
  EXPECT_TRUE(model.held().empty());
  EXPECT_TRUE(model.converged());
}

TEST_F(StreetsTest, TheModelIsTheSameInTwoThreads) {
  Draw(2000, {0.9, 0.95, 0.95, 0.97, 0.9});
  DrawFamilies(3000);
  const PatternCounts decoys = {{0x33131, 900}};
  const auto fit = [&](size_t threads) {
    return ScoreModel::Fit({fields_, chance_, patterns_, 1e8, 1000, &decoys, 1e8, threads});
  };
  const ScoreModel one = fit(1);
  const ScoreModel two = fit(2);
  EXPECT_EQ(one.expected_matches(), two.expected_matches());
  EXPECT_EQ(one.other_matches(), two.other_matches());
  for (const auto& [pattern, count] : patterns_) {
    EXPECT_EQ(one.Probability(pattern), two.Probability(pattern));
  }
}

TEST_F(ScoreModelTest, TheModelOfManyPatternsIsTheSameInAnyThreads) {
  std::vector<ScoredField> fields;
  for (int copy = 0; copy < 2; ++copy) fields.insert(fields.end(), fields_.begin(), fields_.end());
  const ChanceRates chance = CombineChance(fields, {});
  PatternCounts patterns;
  PatternCounts decoys;
  std::uniform_int_distribution<AgreementPattern> levels(0, 3);
  for (int pair = 0; pair < 30'000; ++pair) {
    AgreementPattern pattern = 0;
    for (size_t f = 0; f < fields.size(); ++f) pattern = pattern << 4 | levels(random_);
    ++(pair % 4 == 0 ? decoys : patterns)[pattern];
  }
  ASSERT_GT(patterns.size(), 20'000u);  // several pieces
  const auto fit = [&](size_t threads) {
    return ScoreModel::Fit({fields, chance, patterns, 1e8, 1000, &decoys, 1e8, threads});
  };
  const ScoreModel one = fit(1);
  for (const size_t threads : {2, 5, 16}) {
    const ScoreModel several = fit(threads);
    EXPECT_EQ(one.iterations(), several.iterations());
    EXPECT_EQ(one.expected_matches(), several.expected_matches());
    EXPECT_EQ(one.match_levels(), several.match_levels());
    for (const auto& [pattern, count] : patterns) {
      ASSERT_EQ(one.Probability(pattern), several.Probability(pattern));
    }
  }
}

TEST_F(StreetsTest, SaysWhenOnePersonHadToBeHeldToAgree) {
  Draw(2000, {0.2, 0.9, 0.95, 0.97, 0.95});  // hardly a first name agrees
  EXPECT_THAT(Fit().held(), testing::ElementsAre(0));
}

TEST_F(ScoreModelTest, WhereNobodyIsInBothFilesNoPairIsTaken) {
  Draw(3000, {0.02, 0.5, 0.01, 0.001, 0});
  Draw(3, {0.9, 0.9, 0, 0, 0});
  const ScoreModel model = Fit();
  EXPECT_EQ(ChooseThreshold(model, patterns_, v1::Scoring()).pairs, 0);
}

TEST(Threshold, WithoutCandidatesTakesNone) {
  const PatternCounts none;
  const std::vector<ScoredField> fields = Fields();
  const ChanceRates chance = CombineChance(fields, {});
  const Threshold threshold =
      ChooseThreshold(ScoreModel::Fit({fields, chance, none, 0, 0}), none, v1::Scoring());
  EXPECT_EQ(threshold.pairs, 0);
  EXPECT_EQ(threshold.expected_ppv, 0);
}

}  // namespace
}  // namespace blindlink
