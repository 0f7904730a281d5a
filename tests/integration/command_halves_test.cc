// Every command of the agent, seen from outside: what opens identifiers, maps or keys is under a
// filter by then, and what makes a socket opens none of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "agent/commands/commands.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/silent_listener.h"
#include "tests/support/subprocess.h"
#include "tests/support/test_network.h"
#include "tests/support/watched_run.h"

namespace blindlink {
namespace {

using agent::Reach;
using testing::Contains;
using testing::HasSubstr;
using testing::UnorderedElementsAreArray;
using Strings = std::vector<std::string>;

// One run of a command. In the arguments, @ is the site's private folder, % the folder
// of everything else, $CERT and $KEY the site's certificate and its key.
struct Try {
  std::string command;
  std::string arguments;
  // A file of the private folder that the command must open; empty: none.
  std::string opens;
  // Whether it must succeed. The others fail after they have opened that file, or are refused.
  bool succeeds = false;
};

// The order is that of the tests below: what one makes, a later one uses.
const Try kOffline[] = {
    {"keygen", "--out @/new.key", "new.key", true},
    {"key-id", "--token-key @/token.key --project flu", "token.key", true},
    {"profile", "--input @/patients.csv --plan %/plan", "patients.csv", true},
    {"tokenize",
     "--input @/patients.csv --plan %/plan --project flu --site north --dataset d3 --token-key "
     "@/token.key --state @/state --out %/tokens.bltok",
     "patients.csv", true},
    {"goldstandard",
     "--site a=@/patients.csv --site b=@/patients.csv --plan %/plan --out @/gold.csv",
     "patients.csv", true},
    {"conformance", "--json @/conformance.json", "conformance.json", true},
    {"why-missed",
     "--site a=@/patients.csv --site b=@/patients.csv --plan %/plan --truth @/patients.csv --pairs "
     "@/patients.csv",
     "patients.csv"},
    {"clinical-profile", "--input @/patients.csv", "patients.csv"},
    {"deidentify",
     "@/patients.csv --release @/patients.csv --project flu --site north --dataset d1 --token-key "
     "@/token.key --state @/state --alone --out @/extract",
     "patients.csv"},
    {"synthesize", "--spec @/patients.csv --input @/patients.csv --out @/twin", "patients.csv"},
    {"anonymize", "--release @/patients.csv --table @/patients.csv --out @/anonymous",
     "patients.csv"},
    {"risk", "--items @/patients.csv --person record_id --item zip", "patients.csv", true},
    {"audit-tokens", "--tokens %/tokens.bltok --plan %/plan --truth @/patients.csv --state @/state",
     "record.key"},
    {"terms build", "--codes @/patients.csv --out @/terms.dict", "patients.csv"},
    {"terms match", "--dictionary @/patients.csv --input @/patients.csv --out @/matched.csv",
     "patients.csv"},
    {"terms update", "@/patients.csv @/patients.csv --moved @/moved.csv", "patients.csv"},
    {"codes build", "@ --out @/book.csv", "private"},
    {"codes check", "--book @/patients.csv --input @/patients.csv", "patients.csv"},
    {"codes survey", "--book @/patients.csv --input @/patients.csv --out @/survey.csv",
     "patients.csv"},
    {"codes plan", "@/patients.csv --book @/patients.csv --out @/code_map.csv", "patients.csv"},
    {"codes apply", "--book @/patients.csv --input @/patients.csv", "patients.csv"},
    {"canaries make", "--like @/patients.csv --plan %/plan --count 2 --out @/canaries.csv",
     "patients.csv", true},
    {"canaries check",
     "--canaries @/canaries.csv --plan %/plan --project flu --site north --token-key @/token.key "
     "--state @/state %/plan",
     "canaries.csv", true},
    {"canaries marks",
     "--canaries @/canaries.csv --plan %/plan --project flu --site north --token-key @/token.key "
     "--state @/state",
     "record.key", true},
    {"keys init", "--site north --exchange-key @/another.key", "another.key", true},
    {"keys words", "--site north --exchange-key @/another.key", "another.key", true},
    {"keys protect", "@/new.key --passphrase-file @/passphrase", "new.key", true},
    {"keys unprotect", "@/new.key --passphrase-file @/passphrase", "new.key", true},
    {"keys destroy",
     "--token-key @/new.key --project flu --site north --state @/state --cert $CERT --key $KEY",
     "new.key", true},
    {"verify-receipt", "@/receipt.json --ids @/ids --project flu --site north --state @/state",
     "receipt.json"},
};
const Try kTwoHalves[] = {
    {"keys receive",
     "--project flu --site north --exchange-key @/exchange.key --out @/received.key --confirmed "
     "@/words",
     "received.key", true},
    {"keys publish", "--project flu --site north --exchange-key @/exchange.key", "exchange.key",
     true},
    {"keys list", "--project flu --site north --token-key @/token.key", "token.key", true},
    {"keys seal",
     "--project flu --site north --exchange-key @/exchange.key --token-key @/token.key --to south "
     "--confirmed @/words",
     "token.key", true},
    {"keys confirm", "--project flu --site north --token-key @/received.key", "received.key", true},
    {"run",
     "--input @/patients.csv --project flu --site north --dataset d2 --token-key @/token.key "
     "--state @/state",
     "patients.csv", true},
    {"relink",
     "--project flu --grant grant-000001 --token @/grant.token --state @/state "
     "00000000000000000000000000000000",
     "flu.north.d1.map.csv"},
    {"review list", "--project flu --state @/state", "flu.north.d1.map.csv", true},
    {"withdraw",
     "--project flu --site north --ids @/ids --state @/state --receipt @/withdrawn.json",
     "record.key", true},
};
const Try kOnline[] = {
    {"upload", "--tokens %/tokens.bltok", "", true},
    {"status", "--project flu", "", true},
    {"seeds", "--project flu --out %/seeds.csv", "", true},
    {"end-dataset", "--project flu --dataset d1 --until 2099-12-31", "", true},
    {"discard", "--project flu --dataset d4", ""},
    {"review answer", "--project flu --question 0123456789abcdef0123456789abcdef --answer yes", ""},
};

// "keys seal" of the command's place in the tree.
std::string NameOf(const CLI::App& command) {
  const std::string above = command.get_parent()->get_parent() == nullptr
                                ? ""
                                : absl::StrCat(NameOf(*command.get_parent()), " ");
  return above + command.get_name();
}

void AddLeaves(const CLI::App& app, Strings* names) {
  // Those without a name are groups of options.
  const auto below =
      app.get_subcommands([](const CLI::App* command) { return !command->get_name().empty(); });
  if (below.empty()) names->push_back(NameOf(app));
  for (const CLI::App* command : below) AddLeaves(*command, names);
}

template <size_t kSize>
Strings CommandsOf(const Try (&tries)[kSize]) {
  Strings names;
  for (const Try& one : tries) names.push_back(one.command);
  return names;
}

TEST(CommandHalves, EveryCommandOfTheAgentIsTriedAsWhatItIs) {
  CLI::App app;
  bool required = false;
  std::map<Reach, Strings> commands;
  Strings all;
  for (const agent::AgentCommand& one : agent::AddAgentCommands(app, &required)) {
    commands[one.reach].push_back(NameOf(*one.command.app));
    all.push_back(NameOf(*one.command.app));
  }
  Strings leaves;
  AddLeaves(app, &leaves);
  EXPECT_THAT(all, UnorderedElementsAreArray(leaves));
  EXPECT_THAT(CommandsOf(kOffline), UnorderedElementsAreArray(commands[Reach::kOffline]));
  EXPECT_THAT(CommandsOf(kTwoHalves), UnorderedElementsAreArray(commands[Reach::kTwoHalves]));
  EXPECT_THAT(CommandsOf(kOnline), UnorderedElementsAreArray(commands[Reach::kOnline]));
}

// Site north with everything of its own in one folder; south, two coordinators and a grant.
class CommandHalvesTest : public testing::Test {
 protected:
  CommandHalvesTest() : private_(network_ / "private") {
    std::filesystem::create_directory(private_);
    certs_.Add({"coordinator/second"});
    const std::string plan = ReadFile(ShippedPlan("mini-sentinel-phase2")).value();
    network_.Write("plan", absl::StrCat(plan, "\nreview {}\n"));
    network_.CreateProject("flu", network_ / "plan", {"--release", "by-grant"});
    std::filesystem::copy(network_.token_key(), private_ / "token.key");
    network_.Write("private/patients.csv", Rows("n"));
    network_.Write("private/ids", "n1\nn2\n");
    network_.Write("private/passphrase", "three long words\n");
    std::filesystem::permissions(private_ / "passphrase", std::filesystem::perms(0600));
    Good(network_.Agent("site/north", With("run",
                                           "--input @/patients.csv --project flu --site "
                                           "north --dataset d1 --token-key @/token.key "
                                           "--state @/state")));
    network_.Upload("flu", "south", network_.Write("south.csv", Rows("s")));
  }

  static std::string Rows(const std::string& prefix) {
    std::string rows = "record_id,first_name,last_name,street_address,zip,date_of_birth\n";
    for (int i = 1; i <= 20; ++i) {
      absl::StrAppend(&rows, prefix, i, ",Anna,Miller", i, ",", i,
                      " Oak Street,02139,1961-07-12\n");
    }
    return rows;
  }
  static void Good(const Finished& finished) { ASSERT_EQ(finished.code, 0) << finished.err; }

  // The command's words and its arguments.
  Strings With(const std::string& command, const std::string& arguments) const {
    const std::string line = absl::StrCat(command, " ", arguments);
    return absl::StrSplit(absl::StrReplaceAll(line, {{"@", private_.string()},
                                                     {"%", network_.folder().path().string()},
                                                     {"$CERT", certs_.Cert("site/north").string()},
                                                     {"$KEY", certs_.Key("site/north").string()}}),
                          ' ', absl::SkipEmpty());
  }

  WatchedRun Watch(const Try& one, bool connects) const {
    const Strings arguments = With(one.command, one.arguments);
    Strings argv = {ProgramPath("blindlink-agent")};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    if (connects) argv = network_.Command("blindlink-agent", "site/north", arguments);
    WatchedRun run = RunWatched(argv, private_);
    EXPECT_NE(run.code, kExitUsage) << run.output;
    EXPECT_TRUE(run.code == 0 || !one.succeeds) << run.output;
    if (one.opens.empty()) return run;
    EXPECT_THAT(Files(run), Contains(HasSubstr(one.opens))) << run.output;
    return run;
  }

  static Strings Files(const WatchedRun& run) {
    Strings files;
    for (const WatchedRun::Opened& opened : run.opened) files.push_back(opened.file);
    return files;
  }

  static void ExpectAllUnderTheFilter(const WatchedRun& run) {
    for (const WatchedRun::Opened& opened : run.opened) {
      EXPECT_TRUE(opened.under_filter) << opened.file;
      EXPECT_EQ(run.with_sockets.count(opened.process), 0) << opened.file;
    }
  }

  // What people of the two sites do before their keys are exchanged; south seals to north, too.
  void Enroll() {
    for (const std::string site : {"north", "south"}) {
      const std::string key = site == "north" ? "@/exchange.key" : "%/exchange-south.key";
      Good(blindlink::Run({ProgramPath("blindlink-agent"), "keys", "init", "--site", site,
                           "--exchange-key", With("", key).back()}));
      const Finished published = network_.Agent(
          "site/" + site, With("keys publish", absl::StrCat("--project flu --site ", site,
                                                            " --exchange-key ", key)));
      Good(published);
      const Strings lines = absl::StrSplit(published.out, '\n', absl::SkipEmpty());
      network_.Write(site == "north" ? "words-south" : "private/words", lines.back() + "\n");
    }
    Good(network_.Agent("site/south",
                        With("keys seal", absl::StrCat("--project flu --site south --exchange-key "
                                                       "%/exchange-south.key --token-key ",
                                                       network_.token_key().string(),
                                                       " --to north --confirmed %/words-south"))));
  }

  // A grant whose pseudonyms sites may turn back.
  void Grant() {
    network_.Link("flu");
    const std::string until =
        absl::FormatTime("%Y-%m-%d", absl::Now() + absl::Hours(24 * 90), absl::UTCTimeZone());
    Strings request =
        With("access request", "--project flu --run run-000001 --level pairs --relink");
    for (const char* words : {"--purpose=How many fall ill.", "--legal-basis=Decision 12.",
                              "--necessity=Counts cannot answer it.",
                              "--proportionality=It saves lives.", "--harm=One user, no names."}) {
      request.push_back(words);
    }
    request.push_back("--until=" + until);
    Good(network_.Researcher(request));
    for (const std::string coordinator : {"center", "second"}) {
      Good(blindlink::Run(network_.Command("blindlink-resolver", "coordinator/" + coordinator,
                                           {"access", "approve", "--project", "flu", "--grant",
                                            "grant-000001", "--reason", "As the board decided."})));
    }
    Good(network_.Coordinator({"access", "token", "--project", "flu", "--grant", "grant-000001",
                               "--out", private_ / "grant.token"}));
  }

  TestNetwork network_;
  TestCerts& certs_ = network_.certs();
  const std::filesystem::path private_;
};

TEST_F(CommandHalvesTest, WhatNeedsNoNetworkMakesNoSocketAndIsUnderTheFilterWhenItOpensAFile) {
  network_.Write("private/receipt.json", "{}");
  for (const Try& one : kOffline) {
    SCOPED_TRACE(one.command);
    const WatchedRun run = Watch(one, /*connects=*/false);
    ExpectAllUnderTheFilter(run);
    EXPECT_TRUE(run.with_sockets.empty());
  }
}

TEST_F(CommandHalvesTest, OfTwoHalvesTheOneWithTheNetworkOpensNothingOfTheSite) {
  Enroll();
  Grant();
  for (const Try& one : kTwoHalves) {
    SCOPED_TRACE(one.command);
    const WatchedRun run = Watch(one, /*connects=*/true);
    ExpectAllUnderTheFilter(run);
    EXPECT_EQ(run.with_sockets.size(), 1);
  }
}

TEST_F(CommandHalvesTest, WhatOnlySpeaksWithTheResolverOpensNothingOfTheSite) {
  Good(blindlink::Run([&] {
    Strings argv = With("tokenize", kOffline[3].arguments);
    argv.insert(argv.begin(), ProgramPath("blindlink-agent"));
    return argv;
  }()));
  network_.Link("flu");
  for (const Try& one : kOnline) {
    SCOPED_TRACE(one.command);
    const WatchedRun run = Watch(one, /*connects=*/true);
    EXPECT_THAT(Files(run), testing::IsEmpty());
    EXPECT_EQ(run.with_sockets.size(), 1);
  }
}

TEST_F(CommandHalvesTest, ASignalEndsBothHalvesAtOnceWhileTheyWaitForTheResolver) {
  const SilentListener nobody;
  for (const int signal : {SIGINT, SIGTERM}) {
    Strings argv = network_.Command("blindlink-agent", "site/north",
                                    With("keys list", kTwoHalves[2].arguments));
    *std::find(argv.begin(), argv.end(), network_.address()) = nobody.address();
    Subprocess agent(argv);
    const std::string children =
        absl::StrCat("/proc/", agent.pid(), "/task/", agent.pid(), "/children");
    pid_t reader = 0;
    ASSERT_TRUE(WaitUntil([&] { return std::ifstream(children) >> reader && reader > 0; }));
    ASSERT_TRUE(agent.WaitUntilItWaits());
    agent.Signal(signal);
    EXPECT_EQ(agent.Wait(std::chrono::seconds(20)), -signal);
    EXPECT_TRUE(WaitUntil([&] { return kill(reader, 0) != 0; }, std::chrono::seconds(20)));
  }
}

}  // namespace
}  // namespace blindlink
