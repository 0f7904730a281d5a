#include "resolver/project/envelope_relay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class EnvelopeRelayTest : public testing::Test {
 protected:
  EnvelopeRelayTest() { Open(); }

  void Open() {
    relay_.reset();
    std::filesystem::create_directory(folder_ / "notes");
    notes_ = *ProjectNotes::Open(folder_ / "notes" / "notes.pb");
    auto relay = EnvelopeRelay::Open(
        folder_ / "key_exchange.pb", [this] { return sites_; }, *notes_);
    ASSERT_TRUE(relay.ok()) << relay.status();
    relay_ = *std::move(relay);
  }
  absl::Status Publish(const std::string& site, char key, bool replace = false) {
    v1::PublishExchangeKeyRequest request;
    request.set_exchange_key(std::string(64, key));
    request.set_replace(replace);
    return relay_->Publish(site, request);
  }
  absl::Status Send(const std::string& from, const std::string& to, const std::string& envelope) {
    v1::SendKeyEnvelopesRequest request;
    request.add_envelopes()->set_recipient(to);
    request.mutable_envelopes(0)->set_envelope(envelope);
    return relay_->Send(from, request);
  }
  absl::Status Confirm(const std::string& site, const std::string& id) {
    v1::ConfirmTokenKeyRequest request;
    request.set_token_key_id(id);
    request.set_token_key_proof(std::string(32, 'p'));
    return relay_->Confirm(site, request);
  }
  // "sender envelope" of each that waits.
  std::vector<std::string> Waiting(const std::string& site) const {
    std::vector<std::string> waiting;
    const v1::ReceiveKeyEnvelopesResponse response = relay_->Waiting(site);
    for (const auto& one : response.envelopes()) {
      waiting.push_back(absl::StrCat(one.sender(), " ", one.envelope()));
    }
    return waiting;
  }

  // What the site has stated: the key's id and its epoch.
  std::string StatedBy(const std::string& site) const {
    const v1::KeyExchangeState state = relay_->State();
    for (const v1::SiteKeyState& row : state.sites()) {
      if (row.site() == site && !row.token_key_id().empty()) {
        return absl::StrCat(row.token_key_id(), " of ", row.token_key_epoch());
      }
    }
    return "";
  }

  std::vector<std::string> sites_ = {"north", "south", "east"};
  TemporaryFolder folder_;
  std::unique_ptr<ProjectNotes> notes_;
  std::unique_ptr<EnvelopeRelay> relay_;
};

TEST_F(EnvelopeRelayTest, AnEnvelopeWaitsUntilItsRecipientHoldsAKeyAlsoOverARestart) {
  ASSERT_TRUE(Publish("north", 'n').ok());
  ASSERT_TRUE(Publish("south", 's').ok());
  ASSERT_TRUE(Send("north", "south", "sealed").ok());
  Open();
  EXPECT_THAT(Waiting("south"), ElementsAre("north sealed"));
  EXPECT_THAT(Waiting("north"), ElementsAre());
  EXPECT_THAT(Waiting("south"), ElementsAre("north sealed")) << "until it is confirmed";
  ASSERT_TRUE(Confirm("south", "key-id-1").ok());
  Open();
  EXPECT_THAT(Waiting("south"), ElementsAre());
  EXPECT_THAT(*ReadFile(folder_ / "key_exchange.pb"), testing::Not(HasSubstr("sealed")));
}

TEST_F(EnvelopeRelayTest, ALaterSiteGetsTheBoundKeyAndChangesNoAgreement) {
  for (const char* site : {"north", "south", "east"}) {
    ASSERT_TRUE(Publish(site, site[0]).ok());
    ASSERT_TRUE(Confirm(site, "key-id-1").ok());
  }
  ASSERT_EQ(notes_->token_key().bound_by, "the agreement of all sites");
  EXPECT_EQ(Send("north", "west", "sealed").code(), absl::StatusCode::kNotFound);
  sites_.push_back("west");
  EXPECT_EQ(notes_->token_key().id, "key-id-1");
  EXPECT_EQ(relay_->State().sites_size(), 4);
  EXPECT_EQ(relay_->State().token_key_bound_by(), "the agreement of all sites");
  for (int restart = 0; restart < 2; ++restart, Open()) {
    EXPECT_EQ(StatedBy("south"), "key-id-1 of 1");
    EXPECT_EQ(StatedBy("west"), "");
    ASSERT_TRUE(Publish("west", 'w').ok());
    ASSERT_TRUE(Send("north", "west", "sealed").ok());
    EXPECT_THAT(Waiting("west"), ElementsAre("north sealed"));
  }
  const absl::Status wrong = Confirm("west", "key-id-2");
  EXPECT_EQ(wrong.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(wrong.message()),
              AllOf(HasSubstr("site west holds another token key"), HasSubstr("keys receive")));
  ASSERT_TRUE(Confirm("west", "key-id-1").ok());
  EXPECT_THAT(Waiting("west"), ElementsAre());
  EXPECT_EQ(StatedBy("west"), "key-id-1 of 1");
}

TEST_F(EnvelopeRelayTest, BeforeAKeyIsBoundALaterSiteMustAgreeToo) {
  ASSERT_TRUE(Confirm("north", "key-id-1").ok());
  ASSERT_TRUE(Confirm("south", "key-id-1").ok());
  sites_.push_back("west");
  ASSERT_TRUE(Confirm("east", "key-id-1").ok());
  EXPECT_TRUE(notes_->token_key().id.empty());
  ASSERT_TRUE(Confirm("west", "key-id-1").ok());
  EXPECT_EQ(notes_->token_key().id, "key-id-1");
}

TEST_F(EnvelopeRelayTest, ANewerEnvelopeOfTheSameSenderReplacesTheOlder) {
  for (const char* site : {"north", "south", "east"}) ASSERT_TRUE(Publish(site, site[0]).ok());
  ASSERT_TRUE(Send("north", "south", "first").ok());
  ASSERT_TRUE(Send("east", "south", "other").ok());
  ASSERT_TRUE(Send("north", "south", "second").ok());
  EXPECT_THAT(Waiting("south"), ElementsAre("east other", "north second"));
}

TEST_F(EnvelopeRelayTest, APublishedKeyIsReplacedOnlyOnRequestAndItsEnvelopesGoThen) {
  ASSERT_TRUE(Publish("north", 'n').ok());
  ASSERT_TRUE(Publish("south", 's').ok());
  ASSERT_TRUE(Publish("north", 'n').ok()) << "the same key again";
  EXPECT_EQ(Publish("north", 'x').code(), absl::StatusCode::kAlreadyExists);
  ASSERT_TRUE(Send("north", "south", "of the old key").ok());
  ASSERT_TRUE(Send("south", "north", "to the old key").ok());
  ASSERT_TRUE(Publish("north", 'x', /*replace=*/true).ok());
  EXPECT_THAT(Waiting("south"), ElementsAre());
  EXPECT_THAT(Waiting("north"), ElementsAre());
}

TEST_F(EnvelopeRelayTest, WhatIsTooLargeTooManyOrForNobodyIsRefusedAndNothingStored) {
  sites_.clear();
  for (int i = 0; i < 12; ++i) sites_.push_back(absl::StrCat("site", i));
  Open();
  for (const std::string& site : sites_) ASSERT_TRUE(Publish(site, 'k').ok());
  const std::string large(EnvelopeRelay::kMaxEnvelopeBytes + 1, 'x');
  EXPECT_EQ(Send("site1", "site0", large).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Send("site1", "site0", "").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Send("site1", "site1", "x").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Send("site1", "nobody", "x").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Send("nobody", "site1", "x").code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Waiting("site0"), ElementsAre());
  for (int i = 1; i <= EnvelopeRelay::kMaxWaitingEnvelopes; ++i) {
    ASSERT_TRUE(Send(absl::StrCat("site", i), "site0", "x").ok());
  }
  const absl::Status full = Send("site9", "site0", "x");
  EXPECT_EQ(full.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(full.message()), HasSubstr("site1, site2"));
  EXPECT_TRUE(Send("site1", "site0", "instead of its own").ok());
  EXPECT_EQ(relay_->Publish("site0", {}).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(EnvelopeRelayTest, NothingIsSentToOrFromASiteWithoutAKey) {
  ASSERT_TRUE(Publish("north", 'n').ok());
  EXPECT_THAT(std::string(Send("north", "south", "x").message()),
              HasSubstr("site south has published no exchange key"));
  EXPECT_EQ(Send("south", "north", "x").code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(EnvelopeRelayTest, TheTokenKeyIsBoundOnceAllSitesHoldTheSameAndNotBefore) {
  ASSERT_TRUE(Confirm("north", "key-id-1").ok());
  ASSERT_TRUE(Confirm("south", "key-id-1").ok());
  EXPECT_TRUE(notes_->token_key().id.empty());
  ASSERT_TRUE(Confirm("east", "key-id-2").ok());
  EXPECT_TRUE(notes_->token_key().id.empty()) << "the sites disagree";
  Open();
  ASSERT_TRUE(Confirm("east", "key-id-1").ok());
  EXPECT_EQ(notes_->token_key().id, "key-id-1");
  EXPECT_EQ(notes_->token_key().bound_by, "the agreement of all sites");
  const v1::KeyExchangeState state = relay_->State();
  EXPECT_EQ(state.token_key_id(), "key-id-1");
  EXPECT_EQ(state.sites(0).site(), "east") << "by name";
}

TEST_F(EnvelopeRelayTest, ASiteWithAnotherKeyThanTheProjectsIsNamed) {
  ASSERT_TRUE(notes_->BindTokenKey("key-id-1", "project create").ok());
  EXPECT_TRUE(Confirm("north", "key-id-1").ok());
  const absl::Status other = Confirm("south", "key-id-2");
  EXPECT_EQ(other.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(other.message()),
              AllOf(HasSubstr("site south holds another token key"), HasSubstr("project create")));
  EXPECT_TRUE(relay_->State().sites(2).token_key_id().empty());
  EXPECT_EQ(Confirm("south", "short").code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(EnvelopeRelayTest, ASiteThatPublishesAnotherKeyHasStatedNothing) {
  ASSERT_TRUE(Publish("north", 'n').ok());
  ASSERT_TRUE(Confirm("north", "key-id-1").ok());
  ASSERT_TRUE(Publish("north", 'n', /*replace=*/true).ok());
  EXPECT_EQ(StatedBy("north"), "key-id-1 of 1") << "it is the same key";
  ASSERT_TRUE(Publish("north", 'x', /*replace=*/true).ok());
  EXPECT_EQ(StatedBy("north"), "") << "it may have lost the token key too";
}

TEST_F(EnvelopeRelayTest, ANewTokenKeyIsStatedOnceItsEpochIsOpenAndTheOldOneIsForgottenAtItsEnd) {
  for (const char* site : {"north", "south", "east"}) {
    ASSERT_TRUE(Confirm(site, "key-id-1").ok());
  }
  const absl::Status early = Confirm("north", "key-id-2");
  EXPECT_EQ(early.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(early.message()), HasSubstr("project rotate"));
  EXPECT_FALSE(relay_->State().has_next());
  ASSERT_TRUE(notes_->OpenEpoch("key-id-2", false, 1).ok());
  EXPECT_EQ(relay_->State().epoch(), 1u);
  EXPECT_EQ(relay_->State().next().id(), "key-id-2");
  EXPECT_EQ(relay_->State().next().bound_by(), "project rotate");
  ASSERT_TRUE(Confirm("north", "key-id-2").ok());
  EXPECT_EQ(StatedBy("north"), "key-id-2 of 2");
  EXPECT_EQ(StatedBy("south"), "key-id-1 of 1");
  ASSERT_TRUE(notes_->RetireEpoch().ok());
  EXPECT_EQ(StatedBy("north"), "key-id-2 of 2");
  EXPECT_EQ(StatedBy("south"), "") << "the key is retired";
  EXPECT_FALSE(relay_->State().has_next());
}

TEST_F(EnvelopeRelayTest, TheAgreementOfAllSitesBindsTheKeyOfAnEpochThatHasNone) {
  ASSERT_TRUE(notes_->BindTokenKey("key-id-1", "project create").ok());
  ASSERT_TRUE(notes_->OpenEpoch("", false, 1).ok());
  for (const char* site : {"north", "south"}) ASSERT_TRUE(Confirm(site, "key-id-2").ok());
  EXPECT_TRUE(relay_->State().next().id().empty());
  ASSERT_TRUE(Confirm("east", "key-id-2").ok());
  EXPECT_EQ(relay_->State().next().id(), "key-id-2");
  EXPECT_EQ(relay_->State().next().bound_by(), "the agreement of all sites");
}

TEST_F(EnvelopeRelayTest, WhileAKeyIsReplacedStatingTheOldOneUndoesNothing) {
  for (const char* site : {"north", "south"}) ASSERT_TRUE(Publish(site, site[0]).ok());
  ASSERT_TRUE(notes_->BindTokenKey("key-id-1", "project create").ok());
  ASSERT_TRUE(notes_->OpenEpoch("key-id-2", false, 1).ok());
  ASSERT_TRUE(Send("north", "south", "the new key").ok());
  ASSERT_TRUE(Confirm("south", "key-id-1").ok());
  EXPECT_EQ(StatedBy("south"), "key-id-1 of 1");
  EXPECT_THAT(Waiting("south"), ElementsAre("north the new key"));
  ASSERT_TRUE(Confirm("south", "key-id-2").ok());
  EXPECT_THAT(Waiting("south"), ElementsAre());
  ASSERT_TRUE(Confirm("south", "key-id-1").ok());
  EXPECT_EQ(StatedBy("south"), "key-id-2 of 2");
}

TEST_F(EnvelopeRelayTest, AKeyThatCannotBeBoundIsNotStatedAndItsEnvelopeStillWaits) {
  for (const char* site : {"north", "south"}) ASSERT_TRUE(Publish(site, site[0]).ok());
  ASSERT_TRUE(Send("north", "south", "sealed").ok());
  for (const char* site : {"north", "east"}) ASSERT_TRUE(Confirm(site, "key-id-1").ok());
  std::filesystem::remove_all(folder_ / "notes");
  EXPECT_FALSE(Confirm("south", "key-id-1").ok());
  EXPECT_EQ(StatedBy("south"), "");
  EXPECT_THAT(Waiting("south"), ElementsAre("north sealed"));
  std::filesystem::create_directory(folder_ / "notes");
  EXPECT_TRUE(Confirm("south", "key-id-1").ok());
  EXPECT_EQ(notes_->token_key().id, "key-id-1");
  EXPECT_THAT(Waiting("south"), ElementsAre());
}

TEST_F(EnvelopeRelayTest, ADamagedFileIsSaidToBe) {
  ASSERT_TRUE(Publish("north", 'n').ok());
  std::string content = *ReadFile(folder_ / "key_exchange.pb");
  content.back() ^= 1;
  ASSERT_TRUE(WriteFileAtomically(folder_ / "key_exchange.pb", content, 0600).ok());
  EXPECT_EQ(EnvelopeRelay::Open(
                folder_ / "key_exchange.pb", [this] { return sites_; }, *notes_)
                .status()
                .code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace blindlink::resolver
