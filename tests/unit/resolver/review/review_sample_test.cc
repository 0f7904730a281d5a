#include "resolver/review/review_sample.h"

#include <numeric>
#include <set>

#include "tests/unit/resolver/review/review_fixture.h"

namespace blindlink::resolver {
namespace {

uint64_t Total(const std::vector<uint32_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

TEST(AllocateTest, EachStratumGetsAFewAndTheRestGoesWhereTheScoreIsUnsure) {
  const std::vector<uint32_t> counts =
      Allocate({{100000, 0.1}, {5000, 0.5}, {0, 0.5}, {4, 0.5}}, 300);
  EXPECT_EQ(counts[2], 0u);
  EXPECT_EQ(counts[3], 4u);
  EXPECT_NEAR(counts[0], 4.0 * counts[1], 6);  // 10000 to 2500
  EXPECT_LE(Total(counts), 300u);
  EXPECT_GE(Total(counts), 296u);
  EXPECT_GE(Allocate({{1000000, 0.5}, {50, 0.1}}, 100)[1], 10u);
}

TEST(AllocateTest, NoMoreIsDrawnThanThereIs) {
  EXPECT_EQ(Total(Allocate({{7, 0.5}, {3, 0.1}}, 5000)), 10u);
}

TEST(AllocateTest, AlsoAFewPairsReachEveryStratum) {
  for (const uint32_t count : Allocate(std::vector<StratumSize>(9, {1000, 0.3}), 10)) {
    EXPECT_GE(count, 1u);
  }
}

class ReviewSampleTest : public ReviewRunTest {};

TEST_F(ReviewSampleTest, NamesPairsOfTheRunOnceEachInTheirStrata) {
  const auto run = Explained(ScoringPlan());
  const auto sample = DrawSample(*run, 20, 5);
  ASSERT_TRUE(sample.ok()) << sample.status();
  uint64_t pairs = 0;
  uint64_t sampled = 0;
  for (const v1::SampleStratum& stratum : sample->sample().strata()) {
    pairs += stratum.pairs();
    sampled += stratum.sampled();
    EXPECT_LT(stratum.low(), stratum.high());
    EXPECT_LE(stratum.sampled(), stratum.pairs());
  }
  EXPECT_EQ(sampled, static_cast<uint64_t>(sample->pairs_size()));
  std::set<NamedPair> drawn;
  for (const storage::v1::StoredSampledPair& one : sample->pairs()) {
    const NamedPair pair = *PairOf(one.left(), one.right());
    EXPECT_TRUE(drawn.insert(pair).second);
    const v1::SampleStratum& stratum = sample->sample().strata(static_cast<int>(one.stratum()));
    const QueuedPair shown = *QueuedPairOf(*run, pair);
    EXPECT_GE(shown.score, stratum.low());
    EXPECT_LE(shown.score, stratum.high());
  }
  uint64_t considered = 0;
  ASSERT_TRUE(run->ForEachConsidered([&](const ConsideredPairRow&) { ++considered; }).ok());
  EXPECT_EQ(pairs, considered);
}

TEST_F(ReviewSampleTest, EveryPairOfAStratumIsDrawnAsOftenAsTheOthers) {
  const auto run = Explained(ScoringPlan());
  std::map<NamedPair, int> times;
  std::map<NamedPair, double> share;
  constexpr int kDraws = 400;
  for (uint64_t seed = 0; seed < kDraws; ++seed) {
    const auto sample = DrawSample(*run, 12, seed);
    ASSERT_TRUE(sample.ok());
    for (const storage::v1::StoredSampledPair& one : sample->pairs()) {
      const auto& stratum = sample->sample().strata(static_cast<int>(one.stratum()));
      const NamedPair pair = *PairOf(one.left(), one.right());
      ++times[pair];
      share[pair] = static_cast<double>(stratum.sampled()) / static_cast<double>(stratum.pairs());
    }
  }
  uint64_t considered = 0;
  ASSERT_TRUE(run->ForEachConsidered([&](const ConsideredPairRow&) { ++considered; }).ok());
  EXPECT_EQ(times.size(), considered);
  for (const auto& [pair, count] : times) {
    const double expected = kDraws * share[pair];
    const double deviation = std::sqrt(expected * (1 - share[pair])) + 0.01;
    EXPECT_LT(std::abs(count - expected), 5 * deviation);
  }
}

TEST_F(ReviewSampleTest, OfARunThatRulesDecidedThereIsNone) {
  EXPECT_EQ(DrawSample(*Explained(TinyPlan()), 20, 5).status().code(),
            absl::StatusCode::kFailedPrecondition);
  const auto run = Explained(ScoringPlan());
  EXPECT_EQ(DrawSample(*run, 9, 5).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DrawSample(*run, 5001, 5).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace blindlink::resolver
