#include "resolver/review/review_queue.h"

#include <algorithm>

#include "common/score/band.h"
#include "tests/unit/resolver/review/review_fixture.h"

namespace blindlink::resolver {
namespace {

class ReviewQueueTest : public ReviewRunTest {};

TEST_F(ReviewQueueTest, HoldsThePairsOfTheBandsLowAndReviewAndNoOthers) {
  const auto run = Explained(ScoringPlan());
  const auto queue = ReviewQueue::Make(*run);
  ASSERT_TRUE(queue.ok()) << queue.status();
  size_t unclear = 0;
  ASSERT_TRUE(run->ForEachConsidered([&](const ConsideredPairRow& row) {
                   unclear += row.score < LowestScoreOf(Band::kMedium) ? 1 : 0;
                 })
                  .ok());
  size_t in_bands = 0;
  for (const QueuedPair& pair : (*queue)->pairs()) {
    EXPECT_EQ(pair.reason == v1::REASON_BAND_LOW, BandOf(pair.score) == Band::kLow);
    EXPECT_EQ(pair.reason == v1::REASON_BAND_REVIEW, BandOf(pair.score) == Band::kReview);
    in_bands += pair.reason <= v1::REASON_BAND_REVIEW ? 1 : 0;
  }
  EXPECT_GT(unclear, 0u);
  EXPECT_EQ(in_bands, unclear);
}

TEST_F(ReviewQueueTest, TheMostUsefulComeFirstAndFewerAreTheMostUsefulOfAll) {
  const auto run = Explained(ScoringPlan());
  const auto all = ReviewQueue::Make(*run);
  ASSERT_TRUE(all.ok());
  const auto& pairs = (*all)->pairs();
  ASSERT_GT(pairs.size(), 5u);
  for (size_t i = 1; i < pairs.size(); ++i) {
    EXPECT_GE(pairs[i - 1].usefulness, pairs[i].usefulness);
  }
  const auto some = ReviewQueue::Make(*run, 3);
  ASSERT_TRUE(some.ok());
  ASSERT_EQ((*some)->pairs().size(), 3u);
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE((*some)->pairs()[i].pair == pairs[i].pair);
  EXPECT_EQ((*some)->left_out(), pairs.size() - 3);
  EXPECT_EQ((*some)->counts(), (*all)->counts());
}

TEST_F(ReviewQueueTest, APairWhoseEntityWouldBeTooLargeIsInIt) {
  StartAnew();
  Add("north", {{"a", {{"t"}}}});
  Add("south", {{"b", {{"t"}, {"u"}}}});
  Add("west", {{"c", {{"u"}}}});
  const Plan plan = *Plan::Parse(R"(
      name: "tiny" version: 1 description: "d" standardizer_version: "3"
      fields { name: "last_name" standardizer: SURNAME }
      fields { name: "date_of_birth" standardizer: DATE }
      match_keys { name: "last-dob" id: 1
        components { field: "last_name" } components { field: "date_of_birth" } }
      match_rules { name: "exact" level: FULL score: 0.99 all_of { match_key: "last-dob" } }
      evidence { field: "last_name" } evidence { field: "date_of_birth" }
      scoring { decision: BY_RULES_AND_SCORE min_score: 0.000001 }
      entity_rules { max_entity_size: 2 })");
  const auto queue = ReviewQueue::Make(*Explained(plan, Scores::kOfTheModel));
  ASSERT_TRUE(queue.ok());
  EXPECT_EQ((*queue)->counts().at(v1::REASON_ENTITY_TOO_LARGE), 1u);
}

TEST_F(ReviewQueueTest, APairThatReachedTheThresholdButWhoseEntitiesStayedApartIsInIt) {
  const Plan plan = ScoringPlan();
  Explained(plan, Scores::kOfTheModel);
  SetFirst(0.93, PairOutcome::kEntitiesApart);
  const auto queue = ReviewQueue::Make(*Opened(plan));
  ASSERT_TRUE(queue.ok()) << queue.status();
  EXPECT_EQ((*queue)->counts().at(v1::REASON_JOIN_REFUSED), 1u);
  const auto& pairs = (*queue)->pairs();
  EXPECT_TRUE(std::any_of(pairs.begin(), pairs.end(), [](const QueuedPair& pair) {
    return pair.reason == v1::REASON_JOIN_REFUSED && pair.score == 0.93 &&
           pair.outcome == PairOutcome::kEntitiesApart;
  }));
}

TEST_F(ReviewQueueTest, APairWithABetterOneIsInItOnlyIfItReachedTheThreshold) {
  const Plan plan = ScoringPlan("0.000001");
  constexpr double kBelow = 0.0000001;
  Explained(plan, Scores::kOfTheModel);
  SetFirst(0.93, PairOutcome::kBetterPair);
  const auto reached = ReviewQueue::Make(*Opened(plan));
  ASSERT_TRUE(reached.ok()) << reached.status();
  EXPECT_EQ((*reached)->counts().at(v1::REASON_BETTER_PAIR), 1u);
  SetFirst(kBelow, PairOutcome::kBetterPair);
  const auto below = ReviewQueue::Make(*Opened(plan));
  ASSERT_TRUE(below.ok()) << below.status();
  EXPECT_EQ((*below)->counts().count(v1::REASON_BETTER_PAIR), 0u);
  const auto& pairs = (*below)->pairs();
  EXPECT_TRUE(std::none_of(pairs.begin(), pairs.end(), [](const QueuedPair& pair) {
    return pair.score == kBelow;
  })) << "without the better one it would not have matched either";
}

TEST_F(ReviewQueueTest, ALinkThatTheRunDroppedIsInItThoughTheRunNeverComparedThePair) {
  Decide(Pair("north", "n1", "west", "w9"), v1::VERDICT_LINK);
  Decide(Pair("south", "s1", "west", "w9"), v1::VERDICT_DO_NOT_LINK);
  Decide(PairNumber(1), v1::VERDICT_LINK);
  const auto queue = ReviewQueue::Make(*Explained(ScoringPlan()));
  ASSERT_TRUE(queue.ok()) << queue.status();
  ASSERT_EQ((*queue)->counts().count(v1::REASON_LINK_DROPPED), 1u);
  const auto& pairs = (*queue)->pairs();
  EXPECT_TRUE(std::any_of(pairs.begin(), pairs.end(), [](const QueuedPair& pair) {
    return pair.reason == v1::REASON_LINK_DROPPED && pair.pair == Pair("north", "n1", "west", "w9");
  }));
}

TEST_F(ReviewQueueTest, AnyPairOfTheRunCanBeShown) {
  const auto run = Explained(ScoringPlan());
  const auto stranger = QueuedPairOf(*run, Pair("north", "n3", "west", "w9"));
  ASSERT_TRUE(stranger.ok()) << stranger.status();
  EXPECT_EQ(stranger->reason, v1::REVIEW_REASON_UNSPECIFIED);
  EXPECT_EQ(stranger->outcome, PairOutcome::kOutcomes);
  EXPECT_EQ(QueuedPairOf(*run, Pair("north", "nobody", "west", "w9")).status().code(),
            absl::StatusCode::kNotFound);
  const auto queue = ReviewQueue::Make(*run);
  for (const QueuedPair& queued : (*queue)->pairs()) {
    const auto shown = QueuedPairOf(*run, queued.pair);
    ASSERT_TRUE(shown.ok());
    EXPECT_EQ(shown->reason, queued.reason);
    EXPECT_EQ(shown->usefulness, queued.usefulness);
    EXPECT_EQ(shown->left_entity, queued.left_entity);
  }
}

}  // namespace
}  // namespace blindlink::resolver
