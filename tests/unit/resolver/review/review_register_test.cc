#include "resolver/review/review_register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "blindlink/storage/v1/review_storage.pb.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "resolver/storage/stored_message.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr int64_t kNow = 1'700'000'000;
constexpr int64_t kDay = 86400;

class ReviewRegisterTest : public testing::Test {
 protected:
  ReviewRegisterTest() {
    rules_.set_questions_per_site(2);
    Reopen();
  }
  void Reopen() {
    review_.reset();
    auto opened = ReviewRegister::Open(folder_ / "review", rules_);
    ASSERT_TRUE(opened.ok()) << opened.status();
    review_ = *std::move(opened);
  }
  static NamedPair Pair(const std::string& left, const std::string& right) {
    return {{"north", RecordNamed(left)}, {"south", RecordNamed(right)}};
  }
  static Person Named(const std::string& name) {
    Person person{name, {}};
    person.fingerprint[0] = static_cast<uint8_t>(name[0]);
    return person;
  }
  absl::Status Decide(const NamedPair& pair, v1::Verdict verdict, const std::string& who = "ann",
                      const std::string& reason = "Both have the same twin.") {
    return review_->Decide(pair, Named(who), verdict, reason, "run-000001", kNow);
  }
  std::vector<NamedDecision> Standing() const { return review_->DecisionsAfter(review_->events()); }

  TemporaryFolder folder_;
  v1::ReviewRules rules_;
  std::unique_ptr<ReviewRegister> review_;
};

TEST_F(ReviewRegisterTest, DecisionsSurviveARestartWithTheirHistory) {
  ASSERT_TRUE(Decide(Pair("a", "b"), v1::VERDICT_LINK).ok());
  ASSERT_TRUE(Decide(Pair("a", "b"), v1::VERDICT_DO_NOT_LINK, "bob", "They are brothers.").ok());
  Reopen();
  const auto known = review_->Get(Pair("a", "b"));
  ASSERT_THAT(known.decisions, SizeIs(2));
  EXPECT_EQ(known.decisions[0].coordinator(), "ann");
  EXPECT_EQ(known.decisions[1].reason(), "They are brothers.");
  EXPECT_EQ(known.decisions[1].unix_seconds(), kNow);
  EXPECT_EQ(known.decisions[1].fingerprint()[0], 'b');
  EXPECT_EQ(known.standing.verdict, v1::VERDICT_DO_NOT_LINK);
  ASSERT_THAT(Standing(), SizeIs(1));
  EXPECT_FALSE(Standing()[0].is_link);
}

TEST_F(ReviewRegisterTest, ALaterDecisionOfOnePersonSupersedesTheEarlierOne) {
  ASSERT_TRUE(Decide(Pair("a", "b"), v1::VERDICT_LINK).ok());
  ASSERT_TRUE(Decide(Pair("a", "b"), v1::VERDICT_UNDECIDED).ok());
  const auto known = review_->Get(Pair("a", "b"));
  EXPECT_TRUE(known.decisions[0].superseded());
  EXPECT_FALSE(known.decisions[1].superseded());
  EXPECT_THAT(Standing(), SizeIs(0)) << "undecided binds nobody";
}

TEST_F(ReviewRegisterTest, ARunFollowsWhatHadBeenDecidedWhenItBegan) {
  ASSERT_TRUE(Decide(Pair("a", "b"), v1::VERDICT_LINK).ok());
  const uint64_t then = review_->events();
  ASSERT_TRUE(Decide(Pair("a", "b"), v1::VERDICT_DO_NOT_LINK).ok());
  ASSERT_TRUE(Decide(Pair("c", "d"), v1::VERDICT_LINK).ok());
  Reopen();
  const auto decisions = review_->DecisionsAfter(then);
  ASSERT_THAT(decisions, SizeIs(1));
  EXPECT_TRUE(decisions[0].is_link);
}

TEST_F(ReviewRegisterTest, ADecisionNeedsAVerdictAndAReasonInWords) {
  EXPECT_EQ(Decide(Pair("a", "b"), v1::VERDICT_UNSPECIFIED).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Decide(Pair("a", "b"), static_cast<v1::Verdict>(9)).code(),
            absl::StatusCode::kInvalidArgument);
  for (const char* reason : {"", "  ", "yes", "has an \x1b[31m escape in it"}) {
    EXPECT_EQ(Decide(Pair("a", "b"), v1::VERDICT_LINK, "ann", reason).code(),
              absl::StatusCode::kInvalidArgument)
        << reason;
  }
  EXPECT_EQ(review_->events(), 0u);
}

TEST_F(ReviewRegisterTest, WithASecondReaderOnePersonAloneDecidesNothing) {
  rules_.set_second_reader(true);
  Reopen();
  ASSERT_TRUE(Decide(Pair("a", "b"), v1::VERDICT_LINK).ok());
  ASSERT_TRUE(Decide(Pair("a", "b"), v1::VERDICT_LINK).ok());
  EXPECT_THAT(Standing(), SizeIs(0));
  ASSERT_TRUE(Decide(Pair("a", "b"), v1::VERDICT_LINK, "bob").ok());
  EXPECT_THAT(Standing(), SizeIs(1));
  const v1::ReviewStatistics statistics = review_->Statistics();
  EXPECT_EQ(statistics.links(), 1u);
  EXPECT_EQ(statistics.decisions(), 3u);
  EXPECT_EQ(statistics.agreement(0).agreed(), 1u);
}

TEST_F(ReviewRegisterTest, EachSiteSeesItsOwnRecordAloneAndItsAnswerStandsAtThePair) {
  ASSERT_TRUE(review_->Ask(Pair("a", "b"), Named("ann"), kNow).ok());
  const auto north = review_->Questions("north", false);
  const auto south = review_->Questions("south", false);
  ASSERT_THAT(north, SizeIs(1));
  ASSERT_THAT(south, SizeIs(1));
  EXPECT_EQ(north[0].record(), RecordNamed("a").AsView());
  EXPECT_EQ(south[0].record(), RecordNamed("b").AsView());
  EXPECT_NE(north[0].question(), south[0].question());
  EXPECT_TRUE(review_->Questions("west", true).empty());

  EXPECT_EQ(
      review_->Answer(south[0].question(), Named("north"), v1::SITE_YES, kNow).status().code(),
      absl::StatusCode::kNotFound)
      << "another site's question";
  ASSERT_TRUE(review_->Answer(north[0].question(), Named("north"), v1::SITE_YES, kNow).ok());
  ASSERT_TRUE(review_->Answer(north[0].question(), Named("north"), v1::SITE_NO, kNow + 1).ok());
  Reopen();
  const auto answers = review_->Get(Pair("a", "b")).answers;
  ASSERT_THAT(answers, SizeIs(2));
  EXPECT_EQ(answers[0].answer(), v1::SITE_NO);
  EXPECT_EQ(answers[0].answered_unix_seconds(), kNow + 1);
  EXPECT_EQ(answers[1].answer(), v1::SITE_VERDICT_UNSPECIFIED);
  EXPECT_TRUE(review_->Questions("north", false).empty());
  EXPECT_THAT(review_->Questions("north", true), SizeIs(1));
}

TEST_F(ReviewRegisterTest, ASiteIsNotAskedMoreOftenThanThePlanAllowsInThirtyDays) {
  ASSERT_TRUE(review_->Ask(Pair("a", "b"), Named("ann"), kNow).ok());
  EXPECT_EQ(review_->Ask(Pair("a", "b"), Named("ann"), kNow).code(),
            absl::StatusCode::kAlreadyExists);
  ASSERT_TRUE(review_->Ask(Pair("a", "c"), Named("ann"), kNow).ok());
  EXPECT_EQ(review_->Ask(Pair("d", "e"), Named("ann"), kNow + 29 * kDay).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(review_->Ask(Pair("d", "e"), Named("ann"), kNow + 30 * kDay).ok());
}

TEST_F(ReviewRegisterTest, AQuestionCannotBeAnsweredWithoutEnd) {
  ASSERT_TRUE(review_->Ask(Pair("a", "b"), Named("ann"), kNow).ok());
  const std::string question = review_->Questions("north", false)[0].question();
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(review_->Answer(question, Named("north"), v1::SITE_YES, kNow).ok());
  }
  EXPECT_EQ(review_->Answer(question, Named("north"), v1::SITE_YES, kNow).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(ReviewRegisterTest, APlanWithoutQuestionsAsksNobody) {
  rules_.set_questions_per_site(0);
  Reopen();
  EXPECT_EQ(review_->Ask(Pair("a", "b"), Named("ann"), kNow).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(ReviewRegisterTest, AnEventThatIsDamagedOrMissingIsFound) {
  for (const char* pair : {"b", "c", "d"}) {
    ASSERT_TRUE(Decide(Pair("a", pair), v1::VERDICT_LINK).ok());
  }
  const std::filesystem::path second = folder_ / "review" / "event-000000002.pb";
  const std::string whole = *ReadFile(second);
  for (size_t at = 0; at < whole.size(); at += 7) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    ASSERT_TRUE(WriteFileAtomically(second, flipped, 0600).ok());
    EXPECT_EQ(ReviewRegister::Open(folder_ / "review", rules_).status().code(),
              absl::StatusCode::kDataLoss)
        << at;
  }
  std::filesystem::remove(second);
  const absl::Status missing = ReviewRegister::Open(folder_ / "review", rules_).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(missing.message(), HasSubstr("backup"));
}

TEST_F(ReviewRegisterTest, WhatWasDecidedAboutAWithdrawnRecordLeavesTheDisk) {
  ASSERT_TRUE(Decide(Pair("gone", "partner"), v1::VERDICT_LINK).ok());
  ASSERT_TRUE(Decide(Pair("c", "d"), v1::VERDICT_LINK).ok());
  ASSERT_TRUE(review_->Ask(Pair("gone", "partner"), Named("ann"), kNow).ok());
  const std::string question = review_->Questions("south", false)[0].question();
  ASSERT_TRUE(review_->Answer(question, Named("south"), v1::SITE_YES, kNow).ok());
  storage::v1::StoredSample sample;
  sample.mutable_sample()->add_strata();
  *sample.add_pairs()->mutable_left() = StoredOf(Pair("gone", "partner").left);
  *sample.mutable_pairs(0)->mutable_right() = StoredOf(Pair("gone", "partner").right);
  ASSERT_TRUE(review_->AddSample(sample, Named("ann"), kNow).ok());

  ASSERT_TRUE(review_->Forget("north", {RecordNamed("gone")}).ok());
  for (int reopened = 0; reopened < 2; ++reopened) {
    EXPECT_THAT(Standing(), SizeIs(1));
    EXPECT_TRUE(review_->Get(Pair("gone", "partner")).decisions.empty());
    EXPECT_TRUE(review_->Questions("south", true).empty());
    Reopen();
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "review")) {
    const std::string bytes = *ReadFile(entry.path());
    EXPECT_EQ(bytes.find(std::string(RecordNamed("gone").AsView())), std::string::npos)
        << entry.path();
    EXPECT_EQ(bytes.find(std::string(RecordNamed("partner").AsView())), std::string::npos)
        << entry.path();
  }
  EXPECT_EQ(review_->events(), 5u) << "events keep their numbers";
}

TEST_F(ReviewRegisterTest, SamplesAreNumbered) {
  storage::v1::StoredSample sample;
  EXPECT_EQ(review_->AddSample(sample, Named("ann"), kNow)->sample().sample(), "sample-000001");
  EXPECT_EQ(review_->AddSample(sample, Named("bob"), kNow)->sample().sample(), "sample-000002");
  EXPECT_THAT(review_->SampleNames(), ElementsAre("sample-000001", "sample-000002"));
  EXPECT_EQ(review_->Sample("")->sample().coordinator(), "bob");
  EXPECT_EQ(review_->Sample("sample-9").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ReviewRegisterTest, ASampledPairOfNoStratumIsDamageAlsoWhenItsRecordsAreForgotten) {
  review_.reset();
  storage::v1::StoredReviewEvent event;
  event.set_number(1);
  event.mutable_sample()->add_pairs()->set_stratum(1);
  event.mutable_sample()->mutable_sample()->add_strata();
  ASSERT_TRUE(WriteStored(folder_ / "review" / "event-000000001.pb", event).ok());
  const absl::Status opened = ReviewRegister::Open(folder_ / "review", rules_).status();
  EXPECT_TRUE(absl::IsDataLoss(opened)) << opened;
  EXPECT_THAT(std::string(opened.message()), HasSubstr("a sampled pair is of no stratum"));
}

TEST_F(ReviewRegisterTest, WhatWasReadBeforeRecordsLeftIsNotWritten) {
  const uint64_t forgets = review_->forgets();
  ASSERT_TRUE(review_->Forget("north", {RecordNamed("gone")}).ok());
  const Person ann = Named("ann");
  const absl::Status decided =
      review_->Decide(Pair("gone", "b"), ann, v1::VERDICT_LINK, "Both have the same twin.",
                      "run-000001", kNow, forgets);
  EXPECT_TRUE(absl::IsUnavailable(decided)) << decided;
  EXPECT_TRUE(absl::IsUnavailable(review_->Ask(Pair("gone", "b"), ann, kNow, forgets)));
  EXPECT_TRUE(absl::IsUnavailable(review_->AddSample({}, ann, kNow, forgets).status()));
  EXPECT_EQ(review_->events(), 0u);
  EXPECT_TRUE(review_->Ask(Pair("a", "b"), ann, kNow, review_->forgets()).ok());
}

TEST_F(ReviewRegisterTest, AfterAForgettingThatFailedNoEventIsWrittenOverAnother) {
  ASSERT_TRUE(Decide(Pair("a", "b"), v1::VERDICT_LINK).ok());
  ASSERT_TRUE(Decide(Pair("c", "d"), v1::VERDICT_LINK).ok());
  const auto second = folder_ / "review" / "event-000000002.pb";
  const std::string kept = *ReadFile(second);
  ASSERT_TRUE(WriteFileAtomically(second, "damaged", 0600).ok());
  EXPECT_FALSE(review_->Forget("north", {RecordNamed("a")}).ok());
  ASSERT_TRUE(WriteFileAtomically(second, kept, 0600).ok());
  ASSERT_TRUE(Decide(Pair("e", "f"), v1::VERDICT_LINK).ok());
  ASSERT_TRUE(review_->Forget("north", {RecordNamed("a")}).ok());
  EXPECT_THAT(Standing(), SizeIs(2));
  Reopen();
  EXPECT_THAT(Standing(), SizeIs(2));
  EXPECT_EQ(review_->events(), 3u);
}

TEST_F(ReviewRegisterTest, APairWithinASiteIsTwoQuestionsOfItsQuota) {
  rules_.set_questions_per_site(3);
  Reopen();
  const auto within = [](const std::string& left, const std::string& right) {
    return NamedPair{{"north", RecordNamed(left)}, {"north", RecordNamed(right)}};
  };
  EXPECT_TRUE(review_->Ask(within("a", "b"), Named("ann"), kNow).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(review_->Ask(within("c", "d"), Named("ann"), kNow)));
  EXPECT_TRUE(review_->Ask(Pair("c", "d"), Named("ann"), kNow).ok());
}

}  // namespace
}  // namespace blindlink::resolver
