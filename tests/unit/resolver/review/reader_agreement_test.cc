#include "resolver/review/reader_agreement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace blindlink::resolver {
namespace {

TEST(ReaderAgreementTest, KappaIsAgreementBeyondChance) {
  const Kappa kappa = KappaOf({{{20, 5, 0}, {10, 15, 0}, {0, 0, 0}}});
  ASSERT_TRUE(kappa.known);
  EXPECT_NEAR(kappa.value, 0.4, 1e-12);  // 35 of 50 agree, 25 by chance
}

TEST(ReaderAgreementTest, FullAgreementIsOneAndThatOfChanceNothing) {
  EXPECT_NEAR(KappaOf({{{10, 0, 0}, {0, 10, 0}, {0, 0, 10}}}).value, 1, 1e-12);
  EXPECT_NEAR(KappaOf({{{9, 9, 0}, {9, 9, 0}, {0, 0, 0}}}).value, 0, 1e-12);
}

TEST(ReaderAgreementTest, WithoutTwoVerdictsThereIsNoKappa) {
  EXPECT_FALSE(KappaOf({{{30, 0, 0}, {0, 0, 0}, {0, 0, 0}}}).known);
  EXPECT_FALSE(KappaOf({{{1, 0, 0}, {0, 0, 0}, {0, 0, 0}}}).known);
  EXPECT_FALSE(KappaOf({}).known);
}

// The standard error against how kappa varies when pairs are drawn again and again.
TEST(ReaderAgreementTest, TheIntervalCoversTheTrueKappaInNineteenOfTwentyDraws) {
  // Two readers who agree in .8 of pairs, over links, others and undecided ones.
  const double share[3][3] = {{0.45, 0.06, 0.02}, {0.05, 0.30, 0.02}, {0.03, 0.02, 0.05}};
  std::vector<double> flat;
  double agreed = 0;
  double rows[3] = {};
  double columns[3] = {};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      flat.push_back(share[i][j]);
      rows[i] += share[i][j];
      columns[j] += share[i][j];
      if (i == j) agreed += share[i][j];
    }
  }
  double chance = 0;
  for (int i = 0; i < 3; ++i) chance += rows[i] * columns[i];
  const double truth = (agreed - chance) / (1 - chance);

  std::mt19937 random(1);
  std::discrete_distribution<int> draw(flat.begin(), flat.end());
  constexpr int kStudies = 4000;
  int covered = 0;
  for (int study = 0; study < kStudies; ++study) {
    VerdictTable table{};
    for (int pair = 0; pair < 150; ++pair) {
      const int cell = draw(random);
      ++table[static_cast<size_t>(cell / 3)][static_cast<size_t>(cell % 3)];
    }
    const Kappa kappa = KappaOf(table);
    covered += kappa.low <= truth && truth <= kappa.high ? 1 : 0;
  }
  EXPECT_NEAR(covered / static_cast<double>(kStudies), 0.95, 0.012);
}

TEST(ReaderAgreementTest, FirstReadingsCountAndEveryTwoReadersHaveTheirOwn) {
  const auto link = v1::VERDICT_LINK;
  const auto apart = v1::VERDICT_DO_NOT_LINK;
  const std::vector<v1::ReaderAgreement> agreement =
      AgreementOf({{{1, "ann", link}, {2, "bob", apart}, {3, "bob", link}},  // gave in later
                   {{4, "bob", link}, {5, "ann", link}},
                   {{6, "ann", apart}, {7, "eve", apart}},
                   {{8, "ann", link}}});
  ASSERT_EQ(agreement.size(), 3u);
  EXPECT_EQ(agreement[0].first(), "");
  EXPECT_EQ(agreement[0].pairs(), 3u);
  EXPECT_EQ(agreement[0].agreed(), 2u);
  EXPECT_EQ(agreement[1].first(), "ann");
  EXPECT_EQ(agreement[1].second(), "bob");
  EXPECT_EQ(agreement[1].pairs(), 2u);
  EXPECT_EQ(agreement[1].agreed(), 1u);
  EXPECT_EQ(agreement[2].second(), "eve");
}

}  // namespace
}  // namespace blindlink::resolver
