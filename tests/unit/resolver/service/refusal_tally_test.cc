#include "resolver/service/refusal_tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RefusalTallyTest : public testing::Test {
 protected:
  std::vector<std::string> Due(int second) {
    std::vector<std::string> due;
    for (const v1::AuditEntry& entry : tally_.TakeDue(begin_ + seconds(second))) {
      EXPECT_EQ(entry.kind(), v1::HANDSHAKES_REFUSED);
      due.push_back(absl::StrCat(entry.reason(), " ", entry.party(), " ", entry.count()));
    }
    return due;
  }
  void Count(const std::string& reason, int times = 1, const std::string& party = "") {
    for (int i = 0; i < times; ++i) tally_.Count({v1::HANDSHAKES_REFUSED, reason, party, ""});
  }

  RefusalTally tally_;
  const RefusalTally::Time begin_ = std::chrono::steady_clock::now();
};

TEST_F(RefusalTallyTest, TheFirstOfAKindIsDueAtOnceAndTheOthersAfterAMinuteWithTheirNumber) {
  Count("no certificate");
  EXPECT_THAT(Due(0), ElementsAre("no certificate  1"));
  Count("no certificate", 10000);
  EXPECT_THAT(Due(1), IsEmpty());
  EXPECT_TRUE(tally_.HasCounted());
  EXPECT_THAT(Due(59), IsEmpty());
  EXPECT_THAT(Due(60), ElementsAre("no certificate  10000"));
  EXPECT_FALSE(tally_.HasCounted());
  EXPECT_THAT(Due(120), IsEmpty());
}

TEST_F(RefusalTallyTest, StrangersDoNotHideAKnownCertificate) {
  Count("no certificate", 5000);
  Due(0);
  Count("no certificate", 5000);
  Count("was removed from it", 2, "spiffe://blindlink/site/north");
  EXPECT_THAT(Due(1), ElementsAre("was removed from it spiffe://blindlink/site/north 2"));
}

TEST_F(RefusalTallyTest, KindsHaveABoundAndTheOthersAreCountedTogether) {
  for (int i = 0; i < 1000; ++i) Count(absl::StrCat("reason ", i));
  const std::vector<std::string> due = Due(0);
  EXPECT_THAT(due, SizeIs(RefusalTally::kMaxKinds + 1));
  EXPECT_EQ(due.front(), absl::StrCat("other reasons  ", 1000 - RefusalTally::kMaxKinds));
  // After a minute of silence they are forgotten.
  EXPECT_THAT(Due(60), IsEmpty());
  Count("reason 999");
  EXPECT_THAT(Due(61), ElementsAre("reason 999  1"));
}

TEST_F(RefusalTallyTest, CallsOverTheLimitAreCountedForEachPartyBesideConnections) {
  for (const char* party : {"north", "south", "north"}) {
    tally_.Count({v1::CALLS_OVER_LIMIT, "", party, ""});
  }
  Count("no certificate");
  std::vector<std::string> due;
  for (const v1::AuditEntry& entry : tally_.TakeDue(begin_)) {
    due.push_back(
        absl::StrCat(v1::AuditKind_Name(entry.kind()), " ", entry.party(), " ", entry.count()));
  }
  EXPECT_THAT(due, ElementsAre("CALLS_OVER_LIMIT north 2", "CALLS_OVER_LIMIT south 1",
                               "HANDSHAKES_REFUSED  1"));
}

TEST_F(RefusalTallyTest, AReasonIsShortAndPrintable) {
  Count("a\nb" + std::string(1000, 'x'));
  const std::vector<std::string> due = Due(0);
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0], "a?b" + std::string(197, 'x') + "  1");
}

TEST_F(RefusalTallyTest, AtTheEndAllIsTakenDueOrNot) {
  Count("no certificate");
  Due(0);
  Count("no certificate", 3);
  const auto all = tally_.TakeAll();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].count(), 3u);
  EXPECT_THAT(tally_.TakeAll(), IsEmpty());
}

}  // namespace
}  // namespace blindlink::resolver
