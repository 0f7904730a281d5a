#include "resolver/project/project_parties.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "resolver/storage/stored_message.h"
#include "tests/support/sudden_death.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t kNow = 1'700'000'000;

class ProjectPartiesTest : public testing::Test {
 protected:
  ProjectPartiesTest() {
    storage::v1::StoredProject stored;
    stored.set_name("flu");
    for (const char* site : {"north", "south"}) stored.add_sites(site);
    stored.add_researchers("study");
    stored.set_index_key_check("check");
    Write(stored);
  }

  void Write(const storage::v1::StoredProject& stored) {
    ASSERT_TRUE(WriteStored(file_, stored).ok());
    Open();
  }
  void Open() { parties_ = std::make_unique<ProjectParties>(file_, Stored()); }
  storage::v1::StoredProject Stored() const {
    storage::v1::StoredProject stored;
    EXPECT_TRUE(ReadStored(file_, "", &stored).ok());
    return stored;
  }
  static v1::AddPartyRequest Site(const std::string& name) {
    v1::AddPartyRequest request;
    request.set_project("flu");
    request.set_site(name);
    request.set_confirm(name);
    return request;
  }
  static v1::AddPartyRequest Researcher(const std::string& name) {
    v1::AddPartyRequest request;
    request.set_project("flu");
    request.set_researcher(name);
    request.set_confirm(name);
    return request;
  }
  // The file has only the parties of the beginning.
  void ExpectNobodyJoined() const {
    EXPECT_THAT(parties_->sites(), ElementsAre("north", "south"));
    EXPECT_EQ(parties_->stored().joined_size(), 0);
    EXPECT_EQ(Stored().SerializeAsString(), parties_->stored().SerializeAsString());
  }

  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "project.pb";
  std::unique_ptr<ProjectParties> parties_;
};

TEST_F(ProjectPartiesTest, ALaterSiteComesLastWithItsTimeAndCensusAlsoAfterARestart) {
  v1::AddPartyRequest request = Site("east");
  request.set_census_records(500);
  ASSERT_TRUE(parties_->Add(request, kNow).ok());
  ASSERT_TRUE(parties_->Add(Researcher("cohort"), kNow + 1).ok());
  for (int restart = 0; restart < 2; ++restart, Open()) {
    EXPECT_THAT(parties_->sites(), ElementsAre("north", "south", "east"));
    EXPECT_TRUE(parties_->HasSite("east"));
    EXPECT_TRUE(parties_->HasResearcher("cohort"));
    EXPECT_FALSE(parties_->HasResearcher("east"));
    EXPECT_EQ(parties_->CensusOf("east"), 500u);
    EXPECT_FALSE(parties_->CensusOf("south").has_value());
    const storage::v1::StoredProject stored = parties_->stored();
    ASSERT_EQ(stored.joined_size(), 2);
    EXPECT_EQ(stored.joined(0).site(), "east");
    EXPECT_EQ(stored.joined(0).unix_seconds(), kNow);
    EXPECT_EQ(stored.joined(1).researcher(), "cohort");
    EXPECT_EQ(stored.index_key_check(), "check") << "the rest of the file stays";
  }
}

TEST_F(ProjectPartiesTest, WhoAskedForTheSitesBeforeSeesTheLaterOne) {
  const SiteList sites = parties_->site_list();
  ASSERT_TRUE(parties_->Add(Site("east"), kNow).ok());
  EXPECT_THAT(sites(), ElementsAre("north", "south", "east"));
}

TEST_F(ProjectPartiesTest, ARequestThatNamesNoPartyOrTwoIsRefused) {
  v1::AddPartyRequest none;
  v1::AddPartyRequest two = Site("east");
  two.set_researcher("east");
  for (const auto& request : {none, two}) {
    const absl::Status added = parties_->Add(request, kNow);
    EXPECT_EQ(added.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(added.message()), HasSubstr("name one party"));
  }
  ExpectNobodyJoined();
}

TEST_F(ProjectPartiesTest, ANameThatIsNoneIsRefused) {
  for (const char* name : {"..", "a/b", "East", "-a", "a b", "\xc3\xa9"}) {
    EXPECT_EQ(parties_->Add(Site(name), kNow).code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_EQ(parties_->Add(Researcher(name), kNow).code(), absl::StatusCode::kInvalidArgument);
  }
  ExpectNobodyJoined();
}

TEST_F(ProjectPartiesTest, ANameThatIsNotConfirmedIsRefused) {
  v1::AddPartyRequest request = Site("east");
  for (const char* confirm : {"", "esat"}) {
    request.set_confirm(confirm);
    const absl::Status added = parties_->Add(request, kNow);
    EXPECT_EQ(added.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(added.message()), HasSubstr("cannot be taken out again"));
  }
  ExpectNobodyJoined();
}

TEST_F(ProjectPartiesTest, ACensusOfAResearcherIsRefused) {
  v1::AddPartyRequest request = Researcher("cohort");
  request.set_census_records(5);
  EXPECT_EQ(parties_->Add(request, kNow).code(), absl::StatusCode::kInvalidArgument);
  ExpectNobodyJoined();
}

TEST_F(ProjectPartiesTest, NobodyJoinsTwice) {
  for (const auto& request : {Site("south"), Researcher("study")}) {
    const absl::Status added = parties_->Add(request, kNow);
    EXPECT_EQ(added.code(), absl::StatusCode::kAlreadyExists);
    EXPECT_THAT(std::string(added.message()), HasSubstr("takes part in project flu already"));
  }
  ExpectNobodyJoined();
  ASSERT_TRUE(parties_->Add(Site("east"), kNow).ok());
  EXPECT_EQ(parties_->Add(Site("east"), kNow).code(), absl::StatusCode::kAlreadyExists);
}

TEST_F(ProjectPartiesTest, TheThousandthSiteIsTheLast) {
  storage::v1::StoredProject stored = parties_->stored();
  for (int i = 2; i < 999; ++i) stored.add_sites(absl::StrCat("site-", i));
  Write(stored);
  ASSERT_TRUE(parties_->Add(Site("thousandth"), kNow).ok());
  const absl::Status added = parties_->Add(Site("one-more"), kNow);
  EXPECT_EQ(added.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(added.message()),
              AllOf(HasSubstr("has 1000 sites"), HasSubstr("create another project")));
  EXPECT_EQ(Stored().sites_size(), 1000);
  EXPECT_TRUE(parties_->Add(Researcher("cohort"), kNow).ok()) << "the limits are apart";
}

TEST_F(ProjectPartiesTest, WhatCannotBeWrittenDidNotHappen) {
  std::filesystem::remove_all(folder_.path());
  EXPECT_FALSE(parties_->Add(Site("east"), kNow).ok());
  EXPECT_FALSE(parties_->HasSite("east"));
}

TEST_F(ProjectPartiesTest, AKillAtAnyCallLeavesTheOldPartiesOrTheNewOnes) {
  const std::string before = Stored().SerializeAsString();
  SuddenDeath death;
  const auto join = [&] { return parties_->Add(Site("east"), kNow).ok() ? 0 : 1; };
  int old_ones = 0;
  int new_ones = 0;
  uint64_t call = 1;
  for (bool died = true; died; ++call) {
    for (const bool torn : {false, true}) {
      died = death.Run(call, torn, join).has_value();
      Open();
      const bool is_old = Stored().SerializeAsString() == before;
      EXPECT_TRUE(is_old || parties_->HasSite("east"));
      EXPECT_EQ(Stored().index_key_check(), "check");
      ++(is_old ? old_ones : new_ones);
      // Again from the beginning.
      storage::v1::StoredProject stored;
      ASSERT_TRUE(stored.ParseFromString(before));
      Write(stored);
    }
  }
  EXPECT_GE(call, 4u);
  EXPECT_GE(old_ones, 4);
  EXPECT_GE(new_ones, 2);
}

}  // namespace
}  // namespace blindlink::resolver
