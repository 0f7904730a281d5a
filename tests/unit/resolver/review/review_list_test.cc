#include "resolver/review/review_list.h"

#include <gmock/gmock.h>

#include <set>

#include "resolver/review/review_sample.h"
#include "tests/unit/resolver/review/review_fixture.h"

namespace blindlink::resolver {
namespace {

using testing::Contains;
using testing::ElementsAre;

class ReviewListTest : public ReviewRunTest {
 protected:
  v1::ListReviewItemsResponse List(const ReviewRun& run,
                                   const v1::ListReviewItemsRequest& request = {}) {
    auto list = ListItems(run, *review_, request, "ann");
    EXPECT_TRUE(list.ok()) << list.status();
    return list.ok() ? *list : v1::ListReviewItemsResponse();
  }
  static NamedPair PairOfItem(const v1::ReviewItem& item) {
    return *PairOf(item.left(), item.right());
  }
};

TEST_F(ReviewListTest, PagesTogetherAreTheWholeListAlsoWhileOthersDecide) {
  const auto run = Reviewed(ScoringPlan());
  v1::ListReviewItemsRequest request;
  request.set_page_size(1000);
  const auto whole = List(*run, request);
  ASSERT_GT(whole.items_size(), 10);
  EXPECT_EQ(whole.matching(), static_cast<uint64_t>(whole.items_size()));
  request.set_page_size(7);
  request.add_states(v1::REVIEW_OPEN);
  std::set<NamedPair> seen;
  do {
    const auto page = List(*run, request);
    ASSERT_LE(page.items_size(), 7);
    for (const v1::ReviewItem& item : page.items()) {
      EXPECT_TRUE(seen.insert(PairOfItem(item)).second) << "twice";
    }
    if (page.items_size() > 0) Decide(PairOfItem(page.items(0)), v1::VERDICT_LINK);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen.size(), static_cast<size_t>(whole.items_size()));
  request.set_page_token("7");
  EXPECT_EQ(ListItems(*run, *review_, request, "ann").status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ReviewListTest, FiltersLetPassWhatTheySay) {
  const auto run = Reviewed(ScoringPlan());
  Decide(PairNumber(2), v1::VERDICT_LINK);
  v1::ListReviewItemsRequest request;
  request.add_states(v1::REVIEW_STANDS);
  auto list = List(*run, request);
  ASSERT_EQ(list.items_size(), 1);
  EXPECT_TRUE(PairOfItem(list.items(0)) == PairNumber(2));
  EXPECT_EQ(list.items(0).verdict(), v1::VERDICT_LINK);
  EXPECT_EQ(list.items(0).own_verdict(), v1::VERDICT_LINK);
  EXPECT_EQ(list.items(0).usefulness(), 0) << "what stands needs nobody";

  request.Clear();
  request.set_site("west");
  list = List(*run, request);
  for (const v1::ReviewItem& item : list.items()) {
    EXPECT_EQ(item.right().site(), "west");
  }
  request.set_site("nowhere");
  EXPECT_EQ(List(*run, request).items_size(), 0);

  request.Clear();
  request.set_min_probability(0.3);
  request.set_max_probability(0.6);
  list = List(*run, request);
  for (const v1::ReviewItem& item : list.items()) {
    EXPECT_GE(item.probability(), 0.3);
    EXPECT_LE(item.probability(), 0.6);
  }
  request.Clear();
  request.add_reasons(v1::REASON_ENTITY_TOO_LARGE);
  EXPECT_EQ(List(*run, request).items_size(), 0);
}

TEST_F(ReviewListTest, APairThatWasDecidedIsListedThoughTheQueueWouldNotHaveIt) {
  const auto run = Reviewed(ScoringPlan());
  Decide(Pair("north", "n3", "west", "w9"), v1::VERDICT_DO_NOT_LINK);
  v1::ListReviewItemsRequest request;
  request.add_reasons(v1::REASON_DECIDED);
  const auto list = List(*run, request);
  ASSERT_EQ(list.items_size(), 1);
  EXPECT_EQ(list.items(0).outcome(), v1::NOT_CONSIDERED);
  EXPECT_EQ(list.items(0).band(), "");
}

TEST_F(ReviewListTest, ASecondReaderDoesNotSeeTheFirstDecisionBeforeTheirOwn) {
  rules_.set_second_reader(true);
  review_ = *ReviewRegister::Open(folder_ / "review", rules_);
  const auto run = Reviewed(ScoringPlan());
  Decide(PairNumber(2), v1::VERDICT_LINK, "bob");
  auto shown = ShowItem(*run, *review_, PairNumber(2), "ann");
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->decisions_size(), 0);
  EXPECT_EQ(shown->hidden_decisions(), 1u);
  EXPECT_EQ(shown->item().state(), v1::REVIEW_AWAITS_READER);
  EXPECT_EQ(shown->item().verdict(), v1::VERDICT_UNSPECIFIED);
  EXPECT_EQ(ShowItem(*run, *review_, PairNumber(2), "bob")->decisions_size(), 1) << "their own";
  Decide(PairNumber(2), v1::VERDICT_DO_NOT_LINK, "ann");
  shown = ShowItem(*run, *review_, PairNumber(2), "ann");
  EXPECT_EQ(shown->decisions_size(), 2);
  EXPECT_EQ(shown->item().state(), v1::REVIEW_READERS_DIFFER);

  v1::ListReviewItemsRequest request;
  request.set_mine(true);
  const auto list = List(*run, request);
  for (const v1::ReviewItem& item : list.items()) {
    EXPECT_FALSE(PairOfItem(item) == PairNumber(2)) << "read already";
  }
}

TEST_F(ReviewListTest, ShowsWhyTheRunDecidedAndWhatTheSitesAnswered) {
  const auto run = Reviewed(ScoringPlan());
  ASSERT_TRUE(review_->Ask(PairNumber(2), {"ann", {}}, 5).ok());
  const std::string question = review_->Questions("south", false)[0].question();
  ASSERT_TRUE(review_->Answer(question, {"south", {}}, v1::SITE_NO, 6).ok());
  const auto shown = ShowItem(*run, *review_, PairNumber(2), "ann");
  ASSERT_TRUE(shown.ok()) << shown.status();
  EXPECT_EQ(shown->explanation().probability(), shown->item().probability());
  EXPECT_TRUE(shown->item().asked());
  EXPECT_EQ(shown->item().answers(), 1u);
  ASSERT_EQ(shown->answers_size(), 2);
  EXPECT_EQ(shown->answers(1).answer(), v1::SITE_NO);
}

TEST_F(ReviewListTest, DecisionsThatContradictAreShownWithTheLinkThatWasDropped) {
  Decide(PairNumber(4), v1::VERDICT_LINK);                      // compared
  Decide(Pair("north", "n4", "west", "w9"), v1::VERDICT_LINK);  // never compared: weakest
  Decide(Pair("south", "s4", "west", "w9"), v1::VERDICT_DO_NOT_LINK);
  const auto run = Reviewed(ScoringPlan());
  const auto conflicts = ListConflicts(*run, *review_);
  ASSERT_TRUE(conflicts.ok()) << conflicts.status();
  ASSERT_EQ(conflicts->conflicts_size(), 1);
  const v1::ReviewConflict& conflict = conflicts->conflicts(0);
  EXPECT_EQ(conflict.left().site(), "south");
  ASSERT_EQ(conflict.chain_size(), 2);
  EXPECT_FALSE(conflict.chain(0).dropped());
  EXPECT_GT(conflict.chain(0).probability(), 0);
  EXPECT_TRUE(conflict.chain(1).dropped());
}

TEST_F(ReviewListTest, ASampleIsListedInItsOwnOrderAndItsQualityFollowsItsReaders) {
  const auto run = Reviewed(ScoringPlan());
  auto drawn = DrawSample(run->explanation(), 1000, 1);  // all
  ASSERT_TRUE(drawn.ok());
  const auto sample = review_->AddSample(*drawn, {"ann", {}}, 7);
  ASSERT_TRUE(sample.ok());
  v1::ListReviewItemsRequest request;
  request.set_sample(sample->sample().sample());
  request.set_page_size(1000);
  const auto list = List(*run, request);
  ASSERT_EQ(list.items_size(), sample->pairs_size());
  for (int i = 0; i < list.items_size(); ++i) {
    EXPECT_TRUE(PairOfItem(list.items(i)) ==
                *PairOf(sample->pairs(i).left(), sample->pairs(i).right()));
    EXPECT_THAT(list.items(i).reasons(), Contains(v1::REASON_IN_SAMPLE));
    EXPECT_THAT(list.items(i).samples(), ElementsAre("sample-000001"));
  }
  EXPECT_FALSE(QualityOfSample(*review_, "")->usable());
  EXPECT_THAT(QualityOfSample(*review_, "")->warnings(), Contains(testing::HasSubstr("not read")));
  for (int i = 0; i < list.items_size(); ++i) {
    Decide(PairOfItem(list.items(i)), i % 3 == 0 ? v1::VERDICT_DO_NOT_LINK : v1::VERDICT_LINK);
  }
  const auto quality = QualityOfSample(*review_, "");
  ASSERT_TRUE(quality.ok());
  ASSERT_TRUE(quality->usable());
  EXPECT_EQ(quality->decided(), static_cast<uint32_t>(list.items_size()));
  const v1::QualityRow& all = quality->rows(1);  // from the lowest threshold on
  const double links = list.items_size() - (list.items_size() + 2) / 3;
  EXPECT_NEAR(all.ppv(), links / list.items_size(), 1e-9);
  EXPECT_EQ(all.ppv_low(), all.ppv_high()) << "all were read";
  EXPECT_EQ(quality->run_ppv(), run->explanation().run().summary().score().expected_ppv());
}

TEST_F(ReviewListTest, WhatWasDecidedBeyondTheFirstUnreadPairOfItsStratumIsNoRandomChoice) {
  const auto run = Reviewed(ScoringPlan());
  const auto sample = review_->AddSample(*DrawSample(run->explanation(), 1000, 1), {"ann", {}}, 7);
  ASSERT_TRUE(sample.ok());
  // All but the first of each stratum, as the queue may have shown them.
  std::vector<NamedPair> first(static_cast<size_t>(sample->sample().strata_size()));
  for (const auto& sampled : sample->pairs()) {
    const NamedPair pair = *PairOf(sampled.left(), sampled.right());
    if (first[sampled.stratum()].left.site.empty()) {
      first[sampled.stratum()] = pair;
    } else {
      Decide(pair, v1::VERDICT_DO_NOT_LINK);
    }
  }
  EXPECT_EQ(QualityOfSample(*review_, "")->decided(), 0u);
  for (const NamedPair& pair : first) Decide(pair, v1::VERDICT_LINK);
  EXPECT_EQ(QualityOfSample(*review_, "")->decided(), static_cast<uint32_t>(sample->pairs_size()));
}

TEST_F(ReviewListTest, AWithdrawnPairIsAsIfItHadNeverBeenInTheRun) {
  const auto run = Reviewed(ScoringPlan());
  const auto sample = review_->AddSample(*DrawSample(run->explanation(), 1000, 1), {"ann", {}}, 7);
  ASSERT_TRUE(sample.ok());
  const auto& gone = sample->pairs(0);
  const NamedPair pair = *PairOf(gone.left(), gone.right());
  ASSERT_TRUE(review_->Forget(pair.left.site, {pair.left.record}).ok());
  const auto left = review_->Sample("");
  for (const auto& sampled : left->pairs()) {
    if (sampled.has_left()) Decide(*PairOf(sampled.left(), sampled.right()), v1::VERDICT_LINK);
  }
  const auto quality = QualityOfSample(*review_, "");
  ASSERT_TRUE(quality->usable());
  EXPECT_LT(quality->decided(), static_cast<uint32_t>(sample->pairs_size()));
  for (const std::string& warning : quality->warnings()) {
    EXPECT_THAT(warning, testing::Not(testing::HasSubstr("not read to the end")));
  }
}

TEST_F(ReviewListTest, DecisionsHoldInTheNextRun) {
  const Plan plan = ScoringPlan();
  const NamedPair strangers = Pair("north", "n3", "west", "w9");
  const auto entities_of = [&](const ReviewRun& run, const NamedPair& pair) {
    return ShowItem(run, *review_, pair, "ann")->item().right_entity() == 0 ? 1 : 2;
  };
  const auto before = Reviewed(plan);
  EXPECT_EQ(entities_of(*before, PairNumber(8)), 1);
  EXPECT_EQ(entities_of(*before, strangers), 2);
  Decide(PairNumber(8), v1::VERDICT_DO_NOT_LINK);
  Decide(strangers, v1::VERDICT_LINK);
  const auto run = Reviewed(plan);
  EXPECT_EQ(entities_of(*run, PairNumber(8)), 2);
  const auto linked = ShowItem(*run, *review_, strangers, "ann");
  EXPECT_EQ(linked->item().outcome(), v1::MATCHED_BY_DECISION);
  EXPECT_EQ(linked->explanation().rule(), "decided");
  EXPECT_EQ(entities_of(*run, strangers), 1);
}

}  // namespace
}  // namespace blindlink::resolver
