// kill -9 in the middle of everything: after a restart the result is the same as without the kill;
// nothing is duplicated and nothing is lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/support/generated_people.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

constexpr int kRows = 20000;
constexpr int kSharedRows = 12000;

class Crash : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    network_ = new TestNetwork;
    north_ = network_->Write("north.csv", GeneratedPeople(1, kRows));
    south_ = network_->Write("south.csv", GeneratedPeople(1 + kRows - kSharedRows, kRows, true));
    CreateProject("calm");
    network_->Upload("calm", "north", north_);
    network_->Upload("calm", "south", south_);
    network_->Link("calm");
    pairs_ = new std::vector<std::string>(network_->Pairs("calm"));
    entities_ = new std::vector<std::string>(network_->Entities("calm"));
    ASSERT_GT(pairs_->size(), kSharedRows * 9u / 10);
  }
  static void TearDownTestSuite() {
    network_->StopResolver();
    delete pairs_;
    delete entities_;
    delete network_;
    network_ = nullptr;
  }

  static void CreateProject(const std::string& name) {
    network_->CreateProject(name, ShippedPlan("us-default"));
  }
  static std::vector<std::string> RunNorth(const std::string& project) {
    return network_->RunArguments(project, "north", north_);
  }
  static std::vector<std::string> AgentNorth(const std::string& project) {
    return network_->Command("blindlink-agent", "site/north", RunNorth(project));
  }

  static uintmax_t BytesReceived(const std::string& project) {
    std::error_code none;
    const auto size = std::filesystem::file_size(
        network_->ProjectFolder(project) / "uploads" / "north" / "d1" / "blocks-000000.log", none);
    return none ? 0 : size;
  }
  static std::string StateOfUpload(const std::string& project) {
    return network_
        ->Coordinator(
            {"upload", "status", "--project", project, "--site", "north", "--dataset", "d1"})
        .out;
  }
  static size_t TimesLogged(const std::string& words) {
    const std::string log = network_->ResolverLog();
    size_t times = 0;
    for (size_t at = log.find(words); at != std::string::npos; at = log.find(words, at + 1)) {
      ++times;
    }
    return times;
  }

  static void ExpectTheSameResult(const std::string& project) {
    EXPECT_EQ(network_->Pairs(project) == *pairs_, true) << "the pairs differ";
    EXPECT_EQ(network_->Entities(project) == *entities_, true) << "the entities differ";
    const std::string rows = ReadFile(*network_ / "fetched-entities.csv").value();
    EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 1 + 2 * kRows);
  }
  static void UploadSouthAndLink(const std::string& project) {
    network_->Upload(project, "south", south_);
    network_->Link(project);
  }

  static TestNetwork* network_;
  static std::filesystem::path north_;
  static std::filesystem::path south_;
  static std::vector<std::string>* pairs_;
  static std::vector<std::string>* entities_;
};

TestNetwork* Crash::network_ = nullptr;
std::filesystem::path Crash::north_;
std::filesystem::path Crash::south_;
std::vector<std::string>* Crash::pairs_ = nullptr;
std::vector<std::string>* Crash::entities_ = nullptr;

TEST_F(Crash, OfTheAgentInMidUploadHoweverOften) {
  CreateProject("agent-killed");
  uintmax_t received = 0;
  for (int kills = 0; kills < 3; ++kills) {
    Subprocess agent(AgentNorth("agent-killed"));
    ASSERT_TRUE(WaitUntil([&] { return BytesReceived("agent-killed") > received; }));
    agent.Signal(SIGKILL);
    ASSERT_EQ(agent.Wait(), -SIGKILL);
    received = BytesReceived("agent-killed");
    ASSERT_THAT(StateOfUpload("agent-killed"), HasSubstr("RECEIVING"));
  }
  const Finished again = network_->Agent("site/north", RunNorth("agent-killed"));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("continuing an interrupted upload"));
  UploadSouthAndLink("agent-killed");
  ExpectTheSameResult("agent-killed");
}

TEST_F(Crash, OfTheResolverInMidUploadIsSurvivedByTheAgent) {
  CreateProject("upload-killed");
  Subprocess agent(AgentNorth("upload-killed"));
  ASSERT_TRUE(WaitUntil([&] { return BytesReceived("upload-killed") > 0; }));
  network_->KillResolver();
  ASSERT_TRUE(agent.Running());
  network_->StartResolver();
  EXPECT_EQ(agent.Wait(), 0) << agent.Stderr();
  UploadSouthAndLink("upload-killed");
  ExpectTheSameResult("upload-killed");
}

TEST_F(Crash, OfTheResolverInMidIngestIsMadeGoodAfterTheRestart) {
  CreateProject("ingest-killed");
  Subprocess agent(AgentNorth("ingest-killed"));
  const std::filesystem::path incoming =
      network_->ProjectFolder("ingest-killed") / "index" / "incoming";
  ASSERT_TRUE(WaitUntil([&] { return !std::filesystem::is_empty(incoming); }));
  network_->KillResolver();
  ASSERT_EQ(TimesLogged("event=ingest-ended project=ingest-killed"), 0u);
  network_->StartResolver();
  EXPECT_EQ(agent.Wait(), 0) << agent.Stderr();
  EXPECT_EQ(TimesLogged("event=ingest-ended project=ingest-killed site=north"), 1u);
  EXPECT_TRUE(std::filesystem::is_empty(incoming));
  UploadSouthAndLink("ingest-killed");
  ExpectTheSameResult("ingest-killed");
}

TEST_F(Crash, OfTheResolverInMidLinkageIsDoneAgainOverTheSameDatasets) {
  CreateProject("linkage-killed");
  network_->Upload("linkage-killed", "north", north_);
  network_->Upload("linkage-killed", "south", south_);
  const Finished started =
      network_->Coordinator({"linkage", "start", "--project", "linkage-killed"});
  ASSERT_EQ(started.code, 0) << started.err;
  const std::filesystem::path run =
      network_->ProjectFolder("linkage-killed") / "runs" / "run-000001";
  ASSERT_TRUE(WaitUntil([&] { return std::filesystem::exists(run / "records.rows"); }));
  network_->KillResolver();
  ASSERT_EQ(TimesLogged("event=run-ended project=linkage-killed"), 0u);
  network_->StartResolver();
  const Finished ended = network_->Coordinator(
      {"linkage", "status", "--project", "linkage-killed", "--run", "run-000001", "--wait"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(TimesLogged("event=run-started project=linkage-killed run=run-000001"), 2u);
  EXPECT_EQ(TimesLogged("event=run-ended project=linkage-killed run=run-000001"), 1u);
  ExpectTheSameResult("linkage-killed");
}

TEST_F(Crash, OfTheResearcherInMidFetchLeavesNoHalfFileAndTheNextFetchIsWhole) {
  const std::filesystem::path whole = *network_ / "whole.csv";
  ASSERT_EQ(network_->Researcher({"entities", "--project", "calm", "--out", whole}).code, 0);
  const std::filesystem::path file = *network_ / "killed.csv";
  const std::vector<std::string> fetch = {"entities", "--project", "calm", "--out", file};
  {
    Subprocess researcher(network_->Command("blindlink-researcher", "researcher/study", fetch));
    ASSERT_TRUE(WaitUntil([&] { return std::filesystem::exists(file.string() + ".partial"); }));
    researcher.Signal(SIGKILL);
    ASSERT_EQ(researcher.Wait(), -SIGKILL);
  }
  EXPECT_FALSE(std::filesystem::exists(file));
  const Finished again = network_->Researcher(fetch);
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(ReadFile(file).value() == ReadFile(whole).value(), true) << "the files differ";
  EXPECT_FALSE(std::filesystem::exists(file.string() + ".partial"));
}

TEST_F(Crash, ASecondResolverOnTheSameDataIsRefused) {
  const Finished second = blindlink::Run(
      {ProgramPath("blindlink-resolver"), "serve", "--config", *network_ / "resolver.textproto"});
  EXPECT_EQ(second.code, 4);
  EXPECT_THAT(second.err, HasSubstr("another resolver is using"));
}

}  // namespace
}  // namespace blindlink
