#include "resolver/review/sample_quality.h"

#include <gtest/gtest.h>

#include <random>

#include "resolver/review/review_sample.h"

namespace blindlink::resolver {
namespace {

v1::SampleStratum Stratum(double low, bool matched, uint64_t pairs, uint32_t links,
                          uint32_t do_not_links) {
  v1::SampleStratum stratum;
  stratum.set_low(low);
  stratum.set_matched(matched);
  stratum.set_pairs(pairs);
  stratum.set_links(links);
  stratum.set_do_not_links(do_not_links);
  stratum.set_sampled(links + do_not_links);
  stratum.set_expected_links(low * static_cast<double>(pairs));
  return stratum;
}

TEST(SampleQualityTest, StrataCountByTheirPairsAndNotByHowManyWereRead) {
  const auto rows = EstimateQuality({Stratum(0.2, false, 1000, 10, 90),  // 100 links
                                     Stratum(0.9, true, 500, 45, 5)});   // 450
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_TRUE(rows[0].as_decided());
  EXPECT_EQ(rows[0].pairs(), 500u);
  EXPECT_DOUBLE_EQ(rows[0].ppv(), 0.9);
  EXPECT_DOUBLE_EQ(rows[0].sensitivity(), 450.0 / 550);
  EXPECT_DOUBLE_EQ(rows[1].threshold(), 0.2);
  EXPECT_DOUBLE_EQ(rows[1].ppv(), 550.0 / 1500);
  EXPECT_DOUBLE_EQ(rows[1].sensitivity(), 1);
  EXPECT_LT(rows[0].ppv_low(), 0.9);
  EXPECT_GT(rows[0].ppv_high(), 0.9);
}

TEST(SampleQualityTest, WhatWasReadWholeIsCertain) {
  const auto rows =
      EstimateQuality({Stratum(0.2, false, 20, 5, 15), Stratum(0.9, true, 40, 36, 4)});
  EXPECT_DOUBLE_EQ(rows[0].ppv_low(), 0.9);
  EXPECT_DOUBLE_EQ(rows[0].ppv_high(), 0.9);
  EXPECT_DOUBLE_EQ(rows[0].sensitivity_low(), 36.0 / 41);
  EXPECT_DOUBLE_EQ(rows[0].sensitivity_high(), 36.0 / 41);
}

TEST(SampleQualityTest, AStratumThatNobodyReadLeavesNothingToSay) {
  EXPECT_TRUE(
      EstimateQuality({Stratum(0.2, false, 1000, 0, 0), Stratum(0.9, true, 500, 45, 5)}).empty());
  EXPECT_TRUE(EstimateQuality({}).empty());
}

TEST(SampleQualityTest, WhereAllReadPairsAreLinksAllMayBe) {
  const auto rows = EstimateQuality({Stratum(0.9, true, 100000, 20, 0)});
  EXPECT_DOUBLE_EQ(rows[0].ppv_high(), 1);
  EXPECT_LT(rows[0].ppv_low(), 0.95);
}

TEST(SampleQualityTest, TheSameInputGivesTheSameRows) {
  const std::vector<v1::SampleStratum> strata = {Stratum(0.2, false, 1000, 10, 90),
                                                 Stratum(0.9, true, 500, 45, 5)};
  const auto once = EstimateQuality(strata);
  const auto again = EstimateQuality(strata);
  for (size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].SerializeAsString(), again[i].SerializeAsString());
  }
}

// A run whose scores are off: the sample is drawn by them and must say how it is all the same.
struct TrueStratum {
  double low;
  bool matched;
  uint64_t pairs;
  double score;  // mean
  double links;  // true share
};

struct Covered {
  int ppv = 0;
  int sensitivity = 0;
  int by_threshold = 0;
};

Covered CoverageOf(const std::vector<TrueStratum>& world, uint32_t pairs, int studies) {
  std::mt19937_64 random(3);
  std::vector<StratumSize> sizes;
  double inside = 0;
  double all = 0;
  double matched = 0;
  double above = 0;
  double links_above = 0;
  std::vector<uint64_t> links;
  for (const TrueStratum& stratum : world) {
    sizes.push_back({stratum.pairs, std::sqrt(stratum.score * (1 - stratum.score) + 0.01)});
    links.push_back(static_cast<uint64_t>(static_cast<double>(stratum.pairs) * stratum.links));
    const auto count = static_cast<double>(links.back());
    all += count;
    if (stratum.matched) inside += count;
    if (stratum.matched) matched += static_cast<double>(stratum.pairs);
    if (stratum.low >= 0.65) above += static_cast<double>(stratum.pairs);
    if (stratum.low >= 0.65) links_above += count;
  }
  const std::vector<uint32_t> counts = Allocate(sizes, pairs);
  Covered covered;
  for (int study = 0; study < studies; ++study) {
    std::vector<v1::SampleStratum> read;
    for (size_t i = 0; i < world.size(); ++i) {
      // Without replacement.
      uint32_t found = 0;
      for (uint32_t drawn = 0; drawn < counts[i]; ++drawn) {
        const uint64_t at = random() % (world[i].pairs - drawn);
        found += at < links[i] - found ? 1 : 0;
      }
      read.push_back(
          Stratum(world[i].low, world[i].matched, world[i].pairs, found, counts[i] - found));
    }
    const auto rows = EstimateQuality(read);
    const double ppv = inside / matched;
    const double sensitivity = inside / all;
    covered.ppv += rows[0].ppv_low() <= ppv && ppv <= rows[0].ppv_high() ? 1 : 0;
    covered.sensitivity +=
        rows[0].sensitivity_low() <= sensitivity && sensitivity <= rows[0].sensitivity_high() ? 1
                                                                                              : 0;
    for (const v1::QualityRow& row : rows) {
      if (row.as_decided() || row.threshold() != 0.65) continue;
      const double truth = links_above / above;
      covered.by_threshold += row.ppv_low() <= truth && truth <= row.ppv_high() ? 1 : 0;
    }
  }
  return covered;
}

TEST(SampleQualityTest, TheIntervalsHoldTheTruthInNineteenOfTwentySamplesAlsoWhereScoresAreOff) {
  constexpr int kStudies = 400;
  const std::vector<TrueStratum> worlds[] = {
      // As the scores say.
      {{0.05, false, 4000, 0.12, 0.12},
       {0.35, false, 900, 0.45, 0.45},
       {0.65, true, 700, 0.75, 0.75},
       {0.85, true, 2000, 0.93, 0.93},
       {0.99, true, 60000, 0.998, 0.998}},
      // Too sure of itself.
      {{0.05, false, 4000, 0.10, 0.30},
       {0.35, false, 900, 0.45, 0.60},
       {0.65, true, 700, 0.75, 0.55},
       {0.85, true, 2000, 0.93, 0.80},
       {0.99, true, 60000, 0.998, 0.96}},
      // Hardly anything is unclear.
      {{0.05, false, 300, 0.10, 0.05}, {0.65, true, 60, 0.75, 0.8}, {0.99, true, 5000, 0.999, 1}}};
  for (const auto& world : worlds) {
    const Covered covered = CoverageOf(world, 300, kStudies);
    // 0.95 less three standard errors of 400 studies.
    EXPECT_GE(covered.ppv, 0.917 * kStudies);
    EXPECT_GE(covered.sensitivity, 0.917 * kStudies);
    EXPECT_GE(covered.by_threshold, 0.917 * kStudies);
  }
}

}  // namespace
}  // namespace blindlink::resolver
