#include "agent/commands/key_epochs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kProject[] = "flu";

// Sites north, south, east and west, all with exchange keys, and two token keys.
class KeyEpochsTest : public testing::Test {
 protected:
  KeyEpochsTest() {
    state_.set_epoch(3);
    for (const char* site : {"east", "north", "south", "west"}) {
      state_.add_sites()->set_site(site);
      state_.mutable_sites()->rbegin()->set_exchange_key("published");
    }
  }

  std::string Id(const TokenKey& key) const { return key.KeyId(kProject); }
  void BindCurrent() {
    state_.set_token_key_id(Id(old_));
    state_.set_token_key_bound_by("project create");
  }
  void OpenNext(const std::string& id) {
    BindCurrent();
    state_.mutable_next()->set_id(id);
    state_.mutable_next()->set_bound_by("project rotate");
  }
  void State(const std::string& site, const TokenKey& key) {
    for (v1::SiteKeyState& row : *state_.mutable_sites()) {
      if (row.site() != site) continue;
      row.set_token_key_id(Id(key));
      row.set_token_key_proof(key.ProofOf(kProject, site));
      row.set_token_key_epoch(EpochOf(state_, row.token_key_id()));
    }
  }

  const TokenKey old_ = TokenKey::Random();
  const TokenKey new_ = TokenKey::Random();
  const TokenKey third_ = TokenKey::Random();
  v1::KeyExchangeState state_;
};

TEST_F(KeyEpochsTest, AnyKeyMayBecomeTheProjectsUntilOneIsBound) {
  EXPECT_EQ(EpochOf(state_, Id(new_)), 3u);
  BindCurrent();
  EXPECT_EQ(EpochOf(state_, Id(old_)), 3u);
  EXPECT_EQ(EpochOf(state_, Id(new_)), 0u);
}

TEST_F(KeyEpochsTest, ANewEpochHasItsKeyOrWaitsForOne) {
  OpenNext(Id(new_));
  EXPECT_EQ(EpochOf(state_, Id(old_)), 3u);
  EXPECT_EQ(EpochOf(state_, Id(new_)), 4u);
  EXPECT_EQ(EpochOf(state_, Id(third_)), 0u);
  OpenNext("");
  EXPECT_EQ(EpochOf(state_, Id(old_)), 3u);
  EXPECT_EQ(EpochOf(state_, Id(third_)), 4u);
}

TEST_F(KeyEpochsTest, AKeyOfNoEpochIsRefusedWithWhatToDo) {
  BindCurrent();
  EXPECT_TRUE(CheckBelongs(state_, Id(old_), "a.key").ok());
  const absl::Status before = CheckBelongs(state_, Id(new_), "a.key");
  EXPECT_EQ(before.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(before.message()),
              AllOf(HasSubstr("a.key has the id"), HasSubstr("project rotate")));
  OpenNext(Id(new_));
  EXPECT_TRUE(CheckBelongs(state_, Id(old_), "a.key").ok());
  EXPECT_TRUE(CheckBelongs(state_, Id(new_), "a.key").ok());
  EXPECT_THAT(std::string(CheckBelongs(state_, Id(third_), "a.key").message()),
              AllOf(HasSubstr("its new epoch"), Not(HasSubstr("must first open an epoch"))));
}

TEST_F(KeyEpochsTest, TheSitesWithoutTheKeyNeedIt) {
  State("north", old_);
  State("south", old_);
  State("east", third_);
  state_.mutable_sites(3)->clear_exchange_key();
  EXPECT_THAT(SitesThatNeed(state_, "north", Id(old_)), ElementsAre("east"));
  state_.mutable_sites(3)->set_exchange_key("published");
  EXPECT_THAT(SitesThatNeed(state_, "north", Id(old_)), ElementsAre("east", "west"));
}

TEST_F(KeyEpochsTest, WhoHoldsTheOldKeyNeedsTheNewOneButNotTheOtherWayRound) {
  OpenNext(Id(new_));
  State("north", new_);
  State("south", old_);
  State("east", new_);
  EXPECT_THAT(SitesThatNeed(state_, "north", Id(new_)), ElementsAre("south", "west"));
  EXPECT_THAT(SitesThatNeed(state_, "north", Id(old_)), ElementsAre("west"));
}

TEST_F(KeyEpochsTest, TheListSaysWhichEpochAndCallsOnlyWhatDiffersAnotherKey) {
  OpenNext(Id(new_));
  State("north", new_);
  State("south", old_);
  const std::string list = DescribeTokenKeys(state_, kProject, &new_);
  EXPECT_THAT(list, AllOf(HasSubstr("(epoch 4), the same key\n"), HasSubstr("(epoch 3)\n"),
                          HasSubstr("epoch 4 "), HasSubstr("bound by project rotate"),
                          Not(HasSubstr("ANOTHER"))));
  State("east", third_);
  EXPECT_THAT(DescribeTokenKeys(state_, kProject, &new_), HasSubstr("ANOTHER key"));
  EXPECT_THAT(DescribeTokenKeys(state_, kProject, &third_), HasSubstr("ANOTHER key"));
  state_.clear_next();
  EXPECT_THAT(DescribeTokenKeys(state_, kProject, nullptr), Not(HasSubstr("(epoch")));
}

TEST_F(KeyEpochsTest, NobodyNeedsAKeyThatAllHold) {
  for (const char* site : {"east", "north", "south", "west"}) State(site, old_);
  EXPECT_THAT(SitesThatNeed(state_, "north", Id(old_)), IsEmpty());
}

}  // namespace
}  // namespace blindlink::agent
