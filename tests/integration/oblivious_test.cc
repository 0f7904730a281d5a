// Oblivious match keys with the real programs over mutual TLS: two sites, a resolver and a key
// server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_key_server.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Lines = std::vector<std::string>;

constexpr int kPeople = kSanitized ? 60 : 200;
constexpr char kAdded[] = "\npadding { tokens: 2 }\nfakes_per_1000_records: 100\n";

void Append(const Lines& more, Lines* to) { to->insert(to->end(), more.begin(), more.end()); }

class ObliviousMatchKeys : public testing::Test {
 protected:
  ObliviousMatchKeys() {
    const Finished made =
        blindlink::Run({ProgramPath("blindlink-population"), "--registry", absl::StrCat(kPeople),
                        "--claims", absl::StrCat(2 * kPeople), "--registry-out", Input("north"),
                        "--claims-out", Input("south")});
    EXPECT_EQ(made.code, 0) << made.err;
  }

  std::filesystem::path Input(const std::string& site) { return network_ / (site + ".csv"); }

  // The shipped plan, with these match keys oblivious.
  std::filesystem::path Plan(const std::string& name, const Lines& oblivious,
                             const std::string& more = "") {
    std::string text = ReadFile(ShippedPlan(name)).value();
    for (const std::string& match_key : oblivious) {
      const std::string line = absl::StrCat("  name: \"", match_key, "\"\n");
      EXPECT_THAT(text, HasSubstr(line));
      text = absl::StrReplaceAll(text, {{line, absl::StrCat(line, "  oblivious: true\n")}});
    }
    const std::string key = oblivious.empty() ? "" : server_->PlanText();
    return network_.Write(absl::StrCat(name, ".", oblivious.size(), ".textproto"),
                          absl::StrCat(text, key, more));
  }

  Lines RunWith(const TestKeyServer& server, const std::string& project, const std::string& site,
                const std::string& dataset = "d1") {
    Lines arguments = network_.RunArguments(project, site, Input(site), dataset);
    Append(server.Flags(), &arguments);
    return arguments;
  }
  Finished RunSite(const std::string& site, const std::string& dataset = "d1") {
    return network_.Agent("site/" + site, RunWith(*server_, "flu", site, dataset));
  }
  std::string Uploads() { return network_.Coordinator({"upload", "list", "--project", "flu"}).out; }
  void StartServer(TestKeyServer::Options options = {}) {
    server_ = std::make_unique<TestKeyServer>(network_, std::move(options));
  }

  TestNetwork network_;
  std::unique_ptr<TestKeyServer> server_;
};

TEST_F(ObliviousMatchKeys, LinkTheSamePairsAsTheSamePlanWithoutThem) {
  StartServer();
  network_.CreateProject("plain", Plan("us-guarded", {}));
  network_.CreateProject("flu", Plan("us-guarded", {"name-dob", "last-zip-year", "ssn4-dob"}));
  for (const std::string site : {"north", "south"}) {
    network_.Upload("plain", site, Input(site), "plain");
    const Finished sent = RunSite(site);
    ASSERT_EQ(sent.code, 0) << sent.err;
  }
  network_.Link("plain");
  network_.Link("flu");
  const Lines pairs = network_.Pairs("flu");
  EXPECT_THAT(pairs, Not(IsEmpty()));
  EXPECT_EQ(pairs, network_.Pairs("plain"));
  EXPECT_EQ(network_.Entities("flu"), network_.Entities("plain"));
}

TEST_F(ObliviousMatchKeys, GoWithPaddingAndFakes) {
  StartServer();
  network_.CreateProject("plain", Plan("us-guarded", {}));
  network_.CreateProject("flu", Plan("us-guarded", {"name-dob"}, kAdded));
  for (const std::string site : {"north", "south"}) {
    network_.Upload("plain", site, Input(site), "plain");
    const Finished sent = RunSite(site);
    ASSERT_EQ(sent.code, 0) << sent.err;
  }
  network_.Link("plain");
  network_.Link("flu");
  EXPECT_EQ(network_.Pairs("flu"), network_.Pairs("plain"));
}

TEST_F(ObliviousMatchKeys, ATokenFileIsMadeWithTheKeyServerAndUploadedLater) {
  StartServer();
  const std::filesystem::path plan = Plan("mini-sentinel-phase2", {"name-address-dob"});
  network_.CreateProject("flu", plan);
  const std::filesystem::path out = network_ / "north.bltok";
  Lines tokenize = network_.TokenizeArguments("flu", "north", Input("north"), plan, out);
  tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
  const Finished offline = blindlink::Run(tokenize);
  EXPECT_EQ(offline.code, kExitRefused);
  EXPECT_THAT(offline.err, AllOf(HasSubstr("oblivious match keys (name-address-dob)"),
                                 HasSubstr("state --key-server HOST:PORT with run, or with "
                                           "tokenize")));
  EXPECT_FALSE(std::filesystem::exists(out));
  Append(server_->Flags(), &tokenize);
  Append(network_.certs().Flags("site/north"), &tokenize);
  const Finished made = blindlink::Run(tokenize);
  ASSERT_EQ(made.code, 0) << made.err;
  const Finished sent = network_.Agent("site/north", {"upload", "--tokens", out});
  ASSERT_EQ(sent.code, 0) << sent.err;
  ASSERT_EQ(RunSite("south").code, 0);
  network_.Link("flu");
  EXPECT_THAT(network_.Pairs("flu"), Not(IsEmpty()));
}

TEST_F(ObliviousMatchKeys, ADryRunCountsWithoutTheKeyServer) {
  StartServer();
  const std::filesystem::path plan = Plan("mini-sentinel-phase2", {"name-address-dob"});
  Lines tokenize = network_.TokenizeArguments("flu", "north", Input("north"), plan, "unused");
  tokenize.resize(tokenize.size() - 2);
  tokenize.push_back("--dry-run");
  tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
  const Finished counted = blindlink::Run(tokenize);
  EXPECT_EQ(counted.code, 0) << counted.err;
  EXPECT_THAT(server_->Log(), Not(HasSubstr("event=evaluated")));
}

TEST_F(ObliviousMatchKeys, NeedAKeyServerWithThePlansKey) {
  StartServer();
  network_.CreateProject("flu", Plan("mini-sentinel-phase2", {"name-address-dob"}));
  const Finished without =
      network_.Agent("site/north", network_.RunArguments("flu", "north", Input("north")));
  EXPECT_EQ(without.code, kExitRefused);
  EXPECT_THAT(without.err, HasSubstr("--key-server HOST:PORT"));
  TestKeyServer other(network_, {.folder = "other-keyserver"});
  const Finished wrong = network_.Agent("site/north", RunWith(other, "flu", "north"));
  EXPECT_EQ(wrong.code, kExitRefused);
  EXPECT_THAT(wrong.err,
              AllOf(HasSubstr("the key server has the public key"), HasSubstr("nothing was sent")));
  EXPECT_THAT(Uploads(), Not(HasSubstr("north")));
}

TEST_F(ObliviousMatchKeys, AnUnreachableKeyServerIsSaidBeforeAnythingIsSent) {
  StartServer();
  network_.CreateProject("flu", Plan("mini-sentinel-phase2", {"name-address-dob"}));
  EXPECT_EQ(server_->Stop(), 0);
  const Finished refused = RunSite("north");
  EXPECT_EQ(refused.code, kExitUnavailable);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("the key server 127.0.0.1:"),
                    HasSubstr("cannot reach the key server"), HasSubstr("check --key-server")));
  EXPECT_THAT(Uploads(), Not(HasSubstr("north")));
}

TEST_F(ObliviousMatchKeys, ASiteThatIsNotInTheListIsRefused) {
  StartServer({.sites = {"south"}});
  network_.CreateProject("flu", Plan("mini-sentinel-phase2", {"name-address-dob"}));
  const Finished refused = RunSite("north");
  EXPECT_EQ(refused.code, kExitRefused);
  EXPECT_THAT(refused.err, HasSubstr("this certificate is not that of a site of project flu"));
  EXPECT_THAT(server_->Log(), AllOf(HasSubstr("event=evaluation-refused project=flu"),
                                    Not(HasSubstr("event=evaluated"))));
  EXPECT_EQ(RunSite("south").code, 0);
}

TEST_F(ObliviousMatchKeys, ASiteGetsNoMoreThanItsDaysElementsAlsoAfterARestart) {
  StartServer({.elements_per_day = 20});
  network_.CreateProject("flu", Plan("mini-sentinel-phase2", {"name-address-dob"}));
  const Finished refused = RunSite("north");
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("the key server 127.0.0.1:"),
                                 HasSubstr("of the 20 that it may on a day (UTC)"),
                                 HasSubstr("elements_per_day")));
  EXPECT_EQ(server_->Stop(), 0);
  const std::filesystem::path count = server_->folder() / "counts/flu.north.count";
  const std::string used = ReadFile(count).value();
  server_->SetElementsPerDay(1);  // which the question before the first record has used up
  server_->Start();
  EXPECT_NE(RunSite("north").code, 0);
  EXPECT_EQ(ReadFile(count).value(), used);
  const Finished usage =
      blindlink::Run({ProgramPath("blindlink-keyserver"), "usage", "--config", server_->config()});
  EXPECT_EQ(usage.code, 0) << usage.err;
  EXPECT_THAT(usage.out, AllOf(HasSubstr("flu"), HasSubstr("north"), HasSubstr("1")));
}

TEST_F(ObliviousMatchKeys, ARunThatWasKilledIsContinuedByTheSameCommand) {
  StartServer();
  network_.CreateProject("flu", Plan("mini-sentinel-phase2", {"name-address-dob"}));
  {
    Subprocess agent(
        network_.Command("blindlink-agent", "site/north", RunWith(*server_, "flu", "north")));
    ASSERT_TRUE(WaitUntil([&] {
      return std::filesystem::exists(network_.StateOf("north")) &&
             server_->Log().find("event=evaluated") != std::string::npos;
    }));
    agent.Signal(SIGKILL);
    agent.Wait();
  }
  const Finished again = RunSite("north");
  EXPECT_EQ(again.code, 0) << again.err;
  ASSERT_EQ(RunSite("south").code, 0);
  network_.Link("flu");
  EXPECT_THAT(network_.Pairs("flu"), Not(IsEmpty()));
}

TEST_F(ObliviousMatchKeys, ARunWaitsForAKeyServerThatIsStartedAgain) {
  StartServer();
  network_.CreateProject("flu", Plan("mini-sentinel-phase2", {"name-address-dob"}));
  Subprocess agent(
      network_.Command("blindlink-agent", "site/north", RunWith(*server_, "flu", "north")));
  ASSERT_TRUE(
      WaitUntil([&] { return server_->Log().find("event=evaluated") != std::string::npos; }));
  server_->Kill();
  server_->Start();
  EXPECT_EQ(agent.Wait(), 0) << agent.Stderr();
}

Lines OpenFiles(pid_t pid) {
  Lines files;
  for (const auto& entry :
       std::filesystem::directory_iterator(absl::StrCat("/proc/", pid, "/fd"))) {
    std::error_code ignored;
    files.push_back(std::filesystem::read_symlink(entry, ignored));
  }
  return files;
}

TEST_F(ObliviousMatchKeys, WhatReadsIsOfflineAndWhatAsksNeverOpensTheInput) {
  StartServer();
  const std::filesystem::path input = network_ / "slow.csv";
  ASSERT_EQ(mkfifo(input.c_str(), 0600), 0);
  Lines tokenize = network_.TokenizeArguments("flu", "north", input,
                                              Plan("mini-sentinel-phase2", {"name-address-dob"}),
                                              network_ / "slow.bltok");
  tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
  Append(server_->Flags(), &tokenize);
  Append(network_.certs().Flags("site/north"), &tokenize);
  Subprocess agent(tokenize);
  std::ofstream writer(input);  // returns once the agent has opened it
  // More than the agent reads before it asks the key server for one token of nobody.
  writer << "record_id,first_name,last_name,street_address,zip,date_of_birth\n";
  for (int i = 0; i < 1 << 12; ++i) {
    writer << "r" << i << ",Anna,Miller" << i << ",5 Elm Street,02139,1961-07-12\n" << std::flush;
  }
  ASSERT_TRUE(
      WaitUntil([&] { return server_->Log().find("event=evaluated") != std::string::npos; }));
  pid_t reader = 0;
  std::ifstream(absl::StrCat("/proc/", agent.pid(), "/task/", agent.pid(), "/children")) >> reader;
  ASSERT_GT(reader, 0);
  EXPECT_THAT(ReadFile(absl::StrCat("/proc/", reader, "/status")).value(),
              HasSubstr("Seccomp:\t2"));
  EXPECT_THAT(OpenFiles(reader),
              AllOf(Contains(HasSubstr("slow.csv")), Not(Contains(HasSubstr("socket:")))));
  EXPECT_THAT(OpenFiles(agent.pid()),
              AllOf(Contains(HasSubstr("socket:")), Not(Contains(HasSubstr("slow.csv"))),
                    Not(Contains(HasSubstr("token.key")))));
  writer.close();
  EXPECT_EQ(agent.Wait(), 0) << agent.Stderr();
}

// What it has logged and stored are counts, names of sites and projects, and its key.
TEST_F(ObliviousMatchKeys, TheKeyServerKeepsCountsAndNothingElse) {
  StartServer();
  network_.CreateProject("flu", Plan("mini-sentinel-phase2", {"name-address-dob"}));
  ASSERT_EQ(RunSite("north").code, 0);
  EXPECT_EQ(server_->Stop(), 0);
  EXPECT_THAT(server_->Log(), AllOf(HasSubstr("event=evaluated project=flu site=north elements="),
                                    HasSubstr("event=server-stopping")));
  Lines files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(server_->folder())) {
    if (entry.is_regular_file()) files.push_back(entry.path().filename());
  }
  std::sort(files.begin(), files.end());
  EXPECT_THAT(
      files, testing::ElementsAre("flu.north.count", "keyserver.textproto", "port", "project.key"));
  EXPECT_THAT(ReadFile(server_->folder() / "counts/flu.north.count").value(),
              testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]+\n"));
}

}  // namespace
}  // namespace blindlink
