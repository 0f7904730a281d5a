#include "resolver/access/grant_register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "common/base/files.h"
#include "common/crypto/passphrase.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/resolver/access/sample_request.h"
#include "tests/unit/resolver/recorded_decisions.h"

namespace blindlink::resolver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class GrantRegisterTest : public testing::Test {
 protected:
  GrantRegisterTest() { Open(); }
  void Open() {
    auto opened = GrantRegister::Open(folder_ / "grants", folder_.path(), "flu", Sites());
    ASSERT_TRUE(opened.ok()) << opened.status();
    grants_ = *std::move(opened);
  }
  std::function<std::vector<std::string>()> Sites() {
    return [this] { return sites_; };
  }
  std::string Ask(const v1::AccessRequest& request = SampleRequest(),
                  const std::string& researcher = "study") {
    const auto asked = grants_->Request(request, PersonNamed(researcher), kNow);
    EXPECT_TRUE(asked.ok()) << asked.status();
    return asked.ok() ? asked->grant() : "";
  }
  v1::GrantState Approve(const std::string& grant, const std::string& coordinator) {
    const auto decided =
        grants_->Decide(grant, PersonNamed(coordinator), true, kReason, {100, 200}, kNow);
    EXPECT_TRUE(decided.ok()) << decided.status();
    return decided.ok() ? decided->state() : v1::GRANT_STATE_UNSPECIFIED;
  }
  std::string Granted(const v1::AccessRequest& request = SampleRequest()) {
    const std::string grant = Ask(request);
    Approve(grant, "ann");
    EXPECT_EQ(Approve(grant, "ben"), v1::GRANT_APPROVED);
    return grant;
  }
  absl::StatusOr<std::unique_ptr<GrantUse>> Use(const std::string& grant, int64_t now = kNow,
                                                v1::AccessLevel level = v1::ACCESS_PAIRS,
                                                const std::string& researcher = "study",
                                                std::function<void()> cut = nullptr) {
    return grants_->Use({grant, "", researcher, level}, now, std::move(cut));
  }
  bool HasKey(const std::string& grant) { return std::filesystem::exists(KeyFile(grant)); }

  // Beside the data, as in the resolver's folder of keys.
  std::filesystem::path KeyFile(const std::string& grant) {
    return folder_ / ("flu." + grant + ".key");
  }

  TemporaryFolder folder_;
  std::vector<std::string> sites_ = {"north", "south"};
  RecordedDecisions decisions_;
  std::unique_ptr<GrantRegister> grants_;
};

TEST_F(GrantRegisterTest, AGrantIsUsableOnlyAfterTwoApprovals) {
  const std::string grant = Ask();
  EXPECT_EQ(Use(grant).status().code(), absl::StatusCode::kPermissionDenied);
  Approve(grant, "ann");
  const absl::Status one = Use(grant).status();
  EXPECT_EQ(one.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(one.message()), HasSubstr("1 of 2"));
  EXPECT_FALSE(HasKey(grant));
  Approve(grant, "ben");
  ASSERT_TRUE(Use(grant).ok());
  EXPECT_TRUE(HasKey(grant));
  EXPECT_EQ(grants_->Get(grant, "study", kNow)->match_pairs(), 100u);
}

TEST_F(GrantRegisterTest, WhatWasDecidedSurvivesARestart) {
  const std::string grant = Granted();
  const RecordPseudonym record{};
  const RecordPseudonym before = (*Use(grant))->key().MakePseudonyms().OfRecord("north", record);
  grants_.reset();
  Open();
  ASSERT_TRUE(Use(grant).ok());
  EXPECT_EQ((*Use(grant))->key().MakePseudonyms().OfRecord("north", record), before);
  EXPECT_EQ(Ask(), "grant-000002");
}

TEST_F(GrantRegisterTest, AnotherResearcherFindsNoSuchGrant) {
  const std::string grant = Granted();
  EXPECT_EQ(Use(grant, kNow, v1::ACCESS_PAIRS, "other").status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(grants_->Get(grant, "other", kNow).status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(grants_->List("other", kNow).empty());
}

TEST_F(GrantRegisterTest, AGrantGivesItsLevelAndRunAlone) {
  const std::string grant = Granted();
  EXPECT_TRUE(Use(grant, kNow, v1::ACCESS_COUNTS).ok());
  EXPECT_EQ(Use(grant, kNow, v1::ACCESS_ENTITY_MAP).status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(
      grants_->Use({grant, "run-000002", "study", v1::ACCESS_PAIRS}, kNow, nullptr).status().code(),
      absl::StatusCode::kPermissionDenied);
}

TEST_F(GrantRegisterTest, TheOnlyGrantIsFoundByItself) {
  EXPECT_EQ(Use("").status().code(), absl::StatusCode::kPermissionDenied);
  const std::string first = Granted();
  ASSERT_TRUE(Use("").ok());
  EXPECT_EQ((*Use(""))->grant().grant(), first);
  const std::string second = Granted();
  const absl::Status several = Use("").status();
  EXPECT_EQ(several.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(several.message()), HasSubstr(first + ", " + second));
}

TEST_F(GrantRegisterTest, AnExpiredGrantEndsItsUsesAndLosesItsKey) {
  const std::string grant = Granted();
  const auto use = *Use(grant);
  const int64_t end = kNow + 30 * kDay;
  grants_->Tick(end - 1, decisions_.Enter());
  EXPECT_TRUE(use->CheckInForce().ok());
  EXPECT_EQ(Use(grant, end).status().code(), absl::StatusCode::kPermissionDenied);
  grants_->Tick(end, decisions_.Enter());
  EXPECT_EQ(use->CheckInForce().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_FALSE(HasKey(grant));
  EXPECT_EQ(grants_->Get(grant, "study", end)->state(), v1::GRANT_EXPIRED);
  EXPECT_THAT(decisions_.entered, ElementsAre("GRANT_ENDED grant=" + grant));
}

TEST_F(GrantRegisterTest, TheKeyOfAnExpiredGrantWaitsForTheAuditLogAndItsUsesDoNot) {
  const std::string grant = Granted();
  const auto use = *Use(grant);
  const int64_t end = kNow + 30 * kDay;
  decisions_.writable = false;
  grants_->Tick(end, decisions_.Enter());
  EXPECT_EQ(use->CheckInForce().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(HasKey(grant));
  decisions_.writable = true;
  for (int second = 1; second < 4; ++second) grants_->Tick(end + second, decisions_.Enter());
  EXPECT_FALSE(HasKey(grant));
  EXPECT_THAT(decisions_.entered, ElementsAre("GRANT_ENDED grant=" + grant));
}

TEST_F(GrantRegisterTest, ARevokedGrantEndsItsUsesAndCutsThoseThatHang) {
  const std::string grant = Granted();
  bool cut = false;
  const auto use = *Use(grant, kNow, v1::ACCESS_PAIRS, "study", [&] { cut = true; });
  ASSERT_TRUE(grants_->Revoke(grant, PersonNamed("cat"), kReason, kNow).ok());
  EXPECT_EQ(use->CheckInForce().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_FALSE(HasKey(grant));
  EXPECT_FALSE(cut);
  grants_->Tick(kNow, decisions_.Enter());
  grants_->Tick(kNow, decisions_.Enter());
  EXPECT_TRUE(cut);
  EXPECT_EQ(Use(grant).status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(GrantRegisterTest, ATokenTurnsPseudonymsBackWhereTheGrantSaysSo) {
  const std::string without = Granted();
  EXPECT_EQ(grants_->IssueRelinkToken(without, kNow).status().code(),
            absl::StatusCode::kFailedPrecondition);
  v1::AccessRequest request = SampleRequest();
  request.set_relink(true);
  const std::string open = Ask(request);
  EXPECT_EQ(grants_->IssueRelinkToken(open, kNow).status().code(),
            absl::StatusCode::kFailedPrecondition);
  const std::string grant = Granted(request);
  const auto text = [](const SecretBytes& token) {
    return std::string(token.Reveal().begin(), token.Reveal().end());
  };
  const std::string first = text(*grants_->IssueRelinkToken(grant, kNow));
  EXPECT_TRUE(grants_->CheckRelink(grant, first, kNow).ok());
  EXPECT_EQ(grants_->CheckRelink(without, first, kNow).status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(grants_->CheckRelink(without, "", kNow).status().code(),
            absl::StatusCode::kPermissionDenied);
  const std::string second = text(*grants_->IssueRelinkToken(grant, kNow));
  EXPECT_EQ(grants_->CheckRelink(grant, first, kNow).status().code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_TRUE(grants_->CheckRelink(grant, second, kNow).ok());
  EXPECT_FALSE(grants_->CheckRelink(grant, second, kNow + 31 * kDay).ok());
  ASSERT_TRUE(grants_->Revoke(grant, PersonNamed("ann"), kReason, kNow).ok());
  EXPECT_FALSE(grants_->CheckRelink(grant, second, kNow).ok());
}

TEST_F(GrantRegisterTest, ALaterSiteCanBeAskedForAndWidensNoGrant) {
  v1::AccessRequest with_east = SampleRequest();
  with_east.add_site_pairs()->set_left("north");
  with_east.mutable_site_pairs(0)->set_right("east");
  EXPECT_EQ(grants_->Request(with_east, PersonNamed("study"), kNow).status().code(),
            absl::StatusCode::kInvalidArgument);
  v1::AccessRequest old_pair = SampleRequest();
  old_pair.add_site_pairs()->set_left("north");
  old_pair.mutable_site_pairs(0)->set_right("south");
  const std::string grant = Granted(old_pair);
  sites_.push_back("east");
  const auto use = Use(grant);
  ASSERT_TRUE(use.ok()) << use.status();
  EXPECT_TRUE(CoversPair((*use)->grant().request(), "south", "north"));
  EXPECT_FALSE(CoversPair((*use)->grant().request(), "north", "east"));
  EXPECT_FALSE(CoversSite((*use)->grant().request(), "east"));
  EXPECT_TRUE(grants_->Request(with_east, PersonNamed("study"), kNow).ok());
}

TEST_F(GrantRegisterTest, AResearcherHasTwentyOpenRequestsAtMost) {
  for (int i = 0; i < 20; ++i) Ask();
  EXPECT_EQ(grants_->Request(SampleRequest(), PersonNamed("study"), kNow).status().code(),
            absl::StatusCode::kFailedPrecondition);
  Ask(SampleRequest(), "other");
}

TEST_F(GrantRegisterTest, ADamagedGrantIsNamed) {
  Ask();
  grants_.reset();
  const auto file = folder_ / "grants" / "grant-000001" / "grant.pb";
  std::string content = ReadFile(file).value();
  content.back() ^= 1;
  ASSERT_TRUE(WriteFileAtomically(file, content, 0600).ok());
  const auto opened = GrantRegister::Open(folder_ / "grants", folder_.path(), "flu", Sites());
  EXPECT_EQ(opened.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(opened.status().message()), HasSubstr("grant-000001"));
}

// --- where keys are
// -------------------------------------------------------------------------------

TEST_F(GrantRegisterTest, AKeyInAGrantsOwnFolderMovesToTheFolderOfKeysAndStaysTheSame) {
  const std::string grant = Granted();
  const std::string content = ReadFile(KeyFile(grant)).value();
  const std::filesystem::path before = folder_ / "grants" / grant / "grant.key";
  grants_.reset();
  std::filesystem::rename(KeyFile(grant), before);
  Open();
  EXPECT_FALSE(std::filesystem::exists(before));
  EXPECT_EQ(ReadFile(KeyFile(grant)).value(), content);
  EXPECT_TRUE(Use(grant).ok());
}

// Copied, and not removed yet.
TEST_F(GrantRegisterTest, AMoveOfAKeyThatWasInterruptedIsFinished) {
  const std::string grant = Granted();
  const std::filesystem::path before = folder_ / "grants" / grant / "grant.key";
  grants_.reset();
  std::filesystem::copy(KeyFile(grant), before);
  Open();
  EXPECT_FALSE(std::filesystem::exists(before));
  EXPECT_TRUE(Use(grant).ok());
}

TEST_F(GrantRegisterTest, TheEndOfAGrantDestroysItsKeyWhereverItIs) {
  const std::string grant = Granted();
  const std::filesystem::path before = folder_ / "grants" / grant / "grant.key";
  std::filesystem::copy(KeyFile(grant), before);
  ASSERT_TRUE(grants_->Revoke(grant, PersonNamed("ann"), kReason, kNow).ok());
  EXPECT_FALSE(std::filesystem::exists(before));
  EXPECT_FALSE(HasKey(grant));
}

class GrantKeysUnderAPassphrase : public GrantRegisterTest {
 protected:
  ~GrantKeysUnderAPassphrase() override { ForgetPassphrase(); }
  void UsePassphrase() {
    ASSERT_TRUE(WriteNewFile(folder_ / "passphrase", "correct horse battery\n", 0600).ok());
    UsePassphraseFile(folder_ / "passphrase");
  }
  bool IsEnciphered(const std::string& grant) {
    return absl::StrContains(ReadFile(KeyFile(grant)).value_or(""), "scrypt-aes-256-gcm");
  }
};

TEST_F(GrantKeysUnderAPassphrase, AreEncipheredWhenTheyAreMadeAndReadAgain) {
  UsePassphrase();
  const std::string grant = Granted();
  EXPECT_TRUE(IsEnciphered(grant));
  Open();
  EXPECT_TRUE(Use(grant).ok());
}

TEST_F(GrantKeysUnderAPassphrase, AreEncipheredAtTheNextStartIfTheyWereInTheClear) {
  const std::string grant = Granted();
  EXPECT_FALSE(IsEnciphered(grant));
  UsePassphrase();
  Open();
  EXPECT_TRUE(IsEnciphered(grant));
  EXPECT_TRUE(Use(grant).ok());
}

TEST_F(GrantRegisterTest, NobodyCrowdsOutTheRequestsOfOthers) {
  v1::AccessRequest short_lived = SampleRequest();
  int64_t now = kNow;
  absl::Status asked;
  int requests = 0;
  for (; requests < 2000 && asked.ok(); ++requests) {
    short_lived.set_expires_unix_seconds(now + 1);
    asked = grants_->Request(short_lived, PersonNamed("study"), now++).status();
  }
  EXPECT_EQ(requests, 101) << "of one day";
  EXPECT_TRUE(absl::IsFailedPrecondition(asked)) << asked;
  EXPECT_THAT(std::string(asked.message()), HasSubstr("asked 100 times in a day"));
  EXPECT_EQ(Ask(SampleRequest(), "other"), "grant-000101");
  EXPECT_EQ(grants_->CountOpen(now), 1u);
}

TEST_F(GrantRegisterTest, ManyGrantsAreListedPageByPage) {
  v1::AccessRequest wordy = SampleRequest();
  for (std::string* text : {wordy.mutable_purpose(), wordy.mutable_legal_basis(),
                            wordy.mutable_rubric()->mutable_necessity(),
                            wordy.mutable_rubric()->mutable_proportionality(),
                            wordy.mutable_rubric()->mutable_harm()}) {
    text->resize(4000, 'x');
  }
  for (int i = 0; i < 75; ++i) {
    wordy.set_expires_unix_seconds(kNow + 86400 * i + 3600);
    ASSERT_TRUE(grants_->Request(wordy, PersonNamed("study"), kNow + 86400 * i).ok());
  }
  const v1::ListGrantsResponse first = grants_->Page("study", "", kNow);
  EXPECT_TRUE(first.more());
  EXPECT_LT(first.ByteSizeLong(), size_t{2} << 20);
  const std::string last = first.grants().rbegin()->grant();
  const v1::ListGrantsResponse second = grants_->Page("study", last, kNow);
  EXPECT_FALSE(second.more());
  EXPECT_EQ(first.grants_size() + second.grants_size(), 75);
  EXPECT_GT(second.grants(0).grant(), last);
  EXPECT_TRUE(grants_->Page("other", "", kNow).grants().empty());
}

}  // namespace
}  // namespace blindlink::resolver
