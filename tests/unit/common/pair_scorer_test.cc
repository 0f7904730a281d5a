#include "common/score/pair_scorer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "common/score/pair_class.h"
#include "common/score/score_model.h"

namespace blindlink {
namespace {

ScoredField Field(const char* name, Comparison comparison = Comparison::kCode) {
  ScoredField field;
  field.name = name;
  static constexpr const char* kLevels[] = {"missing", "differs", "similar", "exact"};
  field.levels = kLevels;
  field.usual_chance = 0.01;
  field.comparison = comparison;
  return field;
}

constexpr AgreementPattern kAlike = 0x333;
constexpr AgreementPattern kUnlike = 0x111;

class PairScorerTest : public testing::Test {
 protected:
  PairScorerTest() {
    fields_[2].follows_first_name = true;
    const ChanceRates chance = CombineChance(fields_, {});
    patterns_[kAlike] = 500;
    patterns_[kUnlike] = 5000;
    patterns_[0x313] = 40;
    model_ = std::make_unique<ScoreModel>(ScoreModel::Fit({fields_, chance, patterns_, 1e6, 500}));
  }

  std::vector<ScoredField> fields_ = {Field("first", Comparison::kGivenName), Field("last"),
                                      Field("sex")};
  PatternCounts patterns_;
  std::unique_ptr<ScoreModel> model_;
};

TEST_F(PairScorerTest, SaysOfEachPatternWhatTheModelSays) {
  const PairScorer scorer = model_->Scorer();
  for (const auto& [pattern, count] : patterns_) {
    EXPECT_NEAR(scorer.Probability(pattern), model_->Probability(pattern), 1e-9) << pattern;
  }
}

// A run with a score above 1 would be taken for damaged.
TEST(MatchInTest, IsNotAbove1ThoughRoundedSharesAddUpToMore) {
  size_t above = 0;
  for (int together = 1; together < 200; ++together) {
    for (int apart = 1; apart < 200; ++apart) {
      ClassWeights posterior{};
      const double sum = std::sqrt(together) + std::sqrt(apart);
      posterior[kMatch] = std::sqrt(together) / sum;
      posterior[kMatchApart] = std::sqrt(apart) / sum;
      above += SumOf(posterior, kMatch) > 1 ? 1 : 0;
      ASSERT_LE(MatchIn(posterior), 1);
      ASSERT_NEAR(MatchIn(posterior), 1, 1e-12);
    }
  }
  EXPECT_GT(above, 0);
}

TEST_F(PairScorerTest, IsTheSameAfterItWasStored) {
  const PairScorer scorer = model_->Scorer();
  const auto restored = PairScorer::Restore(fields_, scorer.Store());
  ASSERT_TRUE(restored.ok()) << restored.status();
  for (AgreementPattern pattern : {kAlike, kUnlike, AgreementPattern{0x303}}) {
    EXPECT_EQ(restored->Classes(pattern), scorer.Classes(pattern));
    EXPECT_EQ(restored->WeightOf(pattern, 0), scorer.WeightOf(pattern, 0));
  }
}

TEST_F(PairScorerTest, AgreementSpeaksForOnePersonAndDifferenceAgainst) {
  const PairScorer scorer = model_->Scorer();
  for (size_t field = 0; field < fields_.size(); ++field) {
    EXPECT_GT(scorer.WeightOf(kAlike, field), 0) << field;
    EXPECT_LT(scorer.WeightOf(kUnlike, field), 0) << field;
    EXPECT_EQ(scorer.WeightOf(0, field), 0) << "missing says nothing";
  }
}

TEST_F(PairScorerTest, AModelOfOtherFieldsIsRefused) {
  const storage::v1::StoredScoreModel stored = model_->Scorer().Store();
  EXPECT_FALSE(PairScorer::Restore({fields_[0], fields_[1]}, stored).ok());
  storage::v1::StoredScoreModel cut = stored;
  cut.mutable_priors()->RemoveLast();
  EXPECT_FALSE(PairScorer::Restore(fields_, cut).ok());
  cut = stored;
  cut.mutable_levels(0)->mutable_logs()->RemoveLast();
  EXPECT_FALSE(PairScorer::Restore(fields_, cut).ok());
}

}  // namespace
}  // namespace blindlink
