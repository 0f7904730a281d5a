// A site that joins a project which has datasets, a token key, runs and grants already.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/integration/key_exchange_fixture.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr char kHeader[] = "record_id,first_name,last_name,street_address,zip,date_of_birth\n";
constexpr int kPeople = 48;

// Of a site: north has those that 2 divides, south those that 3 does, east those that 4 does.
std::string Person(const std::string& site, int i) {
  const int divisor = site == "north" ? 2 : site == "south" ? 3 : 4;
  if (i % divisor != 0) return "";
  return absl::StrCat(site.substr(0, 1), i, ",Anna,Miller", std::string(1, 'a' + i % 26),
                      std::string(1, 'a' + i / 26), ",", i, " Oak Street,02139,19", 10 + i,
                      "-03-04\n");
}

std::string People(const std::string& site, int first = 0, int end = kPeople) {
  std::string text;
  for (int i = first; i < end; ++i) text += Person(site, i);
  return text;
}

// South's other patients, whom nobody else has: more than a pipe and the reader's buffers hold, so
// that the agent sends while it waits for the rest.
std::string Strangers() {
  std::string text;
  for (int i = 0; i < 1 << 13; ++i) {
    absl::StrAppend(&text, "x", i, ",Bert,Smith", i, ",5 Elm Street,02139,1961-07-12\n");
  }
  return text;
}

std::vector<std::string> Without(const std::string& site, std::vector<std::string> pairs) {
  std::erase_if(pairs,
                [&](const std::string& pair) { return absl::StrContains(pair, site + "/"); });
  return pairs;
}

// Project "flu" of north and south; east exists, and takes no part in it at first.
class LaterSite : public KeyExchange {
 protected:
  void MakeProject(const Strings& more = {}) {
    ASSERT_NO_FATAL_FAILURE(
        Coordinate(With({"project", "create", "--name", "flu", "--plan", Plan(), "--site", "north",
                         "--site", "south", "--researcher", "study"},
                        more)));
  }
  static std::string Plan() { return ShippedPlan("mini-sentinel-phase2").string(); }
  static Strings Joining(const std::string& site, const std::string& project = "flu") {
    return {"project", "add-site", "--project", project, "--site", site, "--confirm", site};
  }
  std::filesystem::path FileOf(const std::string& site) {
    return network_.Write(site + ".csv",
                          absl::StrCat(kHeader, People(site), site == "south" ? Strangers() : ""));
  }
  // `run` with the site's own key file.
  Strings RunOf(const std::string& site, const std::filesystem::path& input,
                const std::string& key = "token.key", const std::string& project = "flu") {
    Strings arguments = network_.RunArguments(project, site, input);
    *(std::find(arguments.begin(), arguments.end(), "--token-key") + 1) = Of(site, key);
    return arguments;
  }
  void Upload(const std::string& site, const std::string& project = "flu") {
    const Finished sent = Agent(site, RunOf(site, FileOf(site), "token.key", project));
    ASSERT_EQ(sent.code, 0) << sent.err;
  }
  Finished Start(const Strings& more = {}) {
    return network_.Coordinator(With({"linkage", "start", "--project", "flu", "--wait"}, more));
  }
  // Sends south's records and calls `during` when a part of them is on the way.
  template <typename During>
  void UploadOfSouthDuring(const During& during) {
    const std::filesystem::path input = network_ / "pipe.csv";
    ASSERT_EQ(mkfifo(input.c_str(), 0600), 0);
    Subprocess agent(network_.Command("blindlink-agent", "site/south", RunOf("south", input)));
    UniqueFd writer = *OpenFd(input, O_WRONLY);
    const std::string first = absl::StrCat(kHeader, People("south", 0, kPeople / 2), Strangers());
    ASSERT_TRUE(WriteAll(writer.get(), first, "pipe").ok());
    const bool begun = WaitUntil([&] {
      const Finished list = network_.Coordinator({"upload", "list", "--project", "flu"});
      return absl::StrContains(list.out, "south") || !agent.Running();
    });
    ASSERT_TRUE(begun && agent.Running()) << agent.Stderr();
    during();
    ASSERT_TRUE(WriteAll(writer.get(), People("south", kPeople / 2, kPeople), "pipe").ok());
    writer.Reset();
    EXPECT_EQ(agent.Wait(), kExitOk) << agent.Stderr();
  }
};

TEST_F(LaterSite, GetsTheKeyThroughTheResolverAndIsLinkedAsIfItHadBeenThereFromTheStart) {
  ASSERT_NO_FATAL_FAILURE(MakeProject());
  for (const char* site : {"north", "south"}) ASSERT_NO_FATAL_FAILURE(Enroll(site));
  MakeTokenKey("north");
  ASSERT_EQ(Seal("north").code, 0);
  ASSERT_EQ(Receive("south").code, 0);
  ASSERT_NO_FATAL_FAILURE(Upload("north"));
  const std::string id = KeyId("north");
  EXPECT_THAT(network_.Coordinator({"project", "show", "flu"}).out, HasSubstr(id));

  // It joins while south sends.
  EXPECT_THAT(Agent("east", {"status", "--project", "flu"}).err, HasSubstr("no project flu"));
  UploadOfSouthDuring([&] {
    const Finished looked = network_.Coordinator(
        {"project", "add-site", "--project", "flu", "--site", "east", "--dry-run"});
    EXPECT_EQ(looked.code, 0) << looked.err;
    EXPECT_THAT(looked.out, AllOf(HasSubstr("Nothing was changed"), HasSubstr(id + " stays"),
                                  HasSubstr("--partial"), HasSubstr("study may fetch east's")));
    EXPECT_THAT(network_.Coordinator({"project", "show", "flu"}).out, Not(HasSubstr("east")));
    Coordinate(With(Joining("east"), {"--census", "100"}));
  });
  EXPECT_THAT(network_.Coordinator({"project", "show", "flu"}).out,
              AllOf(HasSubstr("north, south, east"), HasSubstr("joined later         site east, 2"),
                    HasSubstr("east: 100 records"), HasSubstr("token key id         " + id)));
  EXPECT_THAT(Agent("north", {"status", "--project", "flu"}).out,
              ContainsRegex("sites +north, south, east \\(joined 2.*after this site's newest"));

  // What the two have sent is linked without it.
  const Finished refused = Start();
  EXPECT_EQ(refused.code, kExitRefused);
  EXPECT_THAT(refused.err, HasSubstr("nothing is committed yet by east"));
  ASSERT_EQ(Start({"--partial"}).code, 0);
  const std::vector<std::string> old_pairs = network_.Pairs("flu");
  EXPECT_EQ(old_pairs.size(), 8u);

  // A key of its own is refused; the project's comes from north.
  ASSERT_NO_FATAL_FAILURE(Enroll("east"));
  MakeTokenKey("east", "own.key");
  const Finished own = Agent(
      "east", With(Flags("confirm", "east"), {"--token-key", Of("east", "own.key").string()}));
  EXPECT_EQ(own.code, kExitRefused);
  EXPECT_THAT(own.err, HasSubstr("site east holds another token key"));
  const Finished wrong = Agent("east", RunOf("east", FileOf("east"), "own.key"));
  EXPECT_EQ(wrong.code, kExitRefused) << wrong.err;
  EXPECT_THAT(Seal("north").out, AllOf(HasSubstr("Sealed to east."), Not(HasSubstr("south."))));
  ASSERT_EQ(Receive("east").code, 0);
  EXPECT_EQ(KeyOf("east"), KeyOf("north"));
  EXPECT_THAT(List("north"), ContainsRegex("east +" + id + ", the same key"));
  ASSERT_NO_FATAL_FAILURE(Upload("east"));
  const Finished linked = Start();
  ASSERT_EQ(linked.code, 0) << linked.err;

  // The same as three sites from the start.
  network_.CreateProject("fresh", ShippedPlan("mini-sentinel-phase2"));
  for (const char* site : {"north", "south", "east"}) {
    ASSERT_NO_FATAL_FAILURE(Upload(site, "fresh"));
  }
  network_.Link("fresh");
  const std::vector<std::string> pairs = network_.Pairs("flu");
  EXPECT_EQ(pairs, network_.Pairs("fresh"));
  EXPECT_EQ(network_.Entities("flu"), network_.Entities("fresh"));
  EXPECT_EQ(Without("east", pairs), old_pairs);
  EXPECT_GT(pairs.size(), old_pairs.size());
  EXPECT_THAT(network_.Coordinator({"project", "show", "flu"}).out, HasSubstr(id));
}

TEST_F(LaterSite, IsInTheAuditLogBeforeItIsInTheProjectAndStaysAfterAKill) {
  ASSERT_NO_FATAL_FAILURE(MakeProject());
  ASSERT_NO_FATAL_FAILURE(Coordinate(Joining("east")));
  ASSERT_NO_FATAL_FAILURE(Coordinate({"project", "add-researcher", "--project", "flu",
                                      "--researcher", "cohort", "--confirm", "cohort"}));
  network_.KillResolver();
  const Finished log = blindlink::Run({ProgramPath("blindlink-resolver"), "audit", "export",
                                       "--format", "csv", "--data", network_.data()});
  EXPECT_THAT(log.out, ContainsRegex("CALL_BEGUN.*Project/AddParty.*project=flu site=east"));
  EXPECT_THAT(log.out,
              ContainsRegex("CALL_BEGUN.*Project/AddParty.*project=flu researcher=cohort"));
  network_.StartResolver();
  const Finished shown = network_.Coordinator({"project", "show", "flu"});
  EXPECT_THAT(shown.out, AllOf(HasSubstr("north, south, east"), HasSubstr("study, cohort"),
                               HasSubstr("researcher cohort, 2")));
  EXPECT_EQ(Agent("east", {"status", "--project", "flu"}).code, 0);
}

TEST_F(LaterSite, IsRefusedIfItIsNoneOrThereAlreadyOrNotConfirmedOrOfNoProject) {
  ASSERT_NO_FATAL_FAILURE(MakeProject());
  const auto refusal = [&](Strings arguments) { return network_.Coordinator(arguments).err; };
  EXPECT_THAT(refusal(Joining("south")), HasSubstr("takes part in project flu already"));
  EXPECT_THAT(refusal({"project", "add-site", "--project", "flu", "--site", "south", "--dry-run"}),
              HasSubstr("takes part in project flu already"));
  EXPECT_THAT(refusal({"project", "add-site", "--project", "flu", "--site", "east"}),
              HasSubstr("cannot be taken out again"));
  EXPECT_THAT(refusal(Joining("east", "asthma")), HasSubstr("there is no project asthma"));
  EXPECT_EQ(network_.Coordinator(Joining("East")).code, kExitUsage);
  const Finished site =
      blindlink::Run(network_.Command("blindlink-resolver", "site/north", Joining("east")));
  EXPECT_EQ(site.code, kExitRefused);
  EXPECT_THAT(site.err, HasSubstr("may not call"));
  EXPECT_THAT(network_.Coordinator({"project", "show", "flu"}).out, Not(HasSubstr("east")));

  network_.StopResolver();
  ASSERT_TRUE(
      WriteFileAtomically(network_.ProjectFolder("flu") / "project.pb", "damaged", 0600).ok());
  network_.StartResolver();
  EXPECT_THAT(refusal(Joining("east")), HasSubstr("is damaged: restore it from a backup"));
}

// --- grants ---------------------------------------------------------------------------------

class LaterSiteAndGrants : public LaterSite {
 protected:
  LaterSiteAndGrants() { network_.certs().Add({"coordinator/second"}); }

  std::string Ask(const std::string& level, const std::string& run = "run-000001") {
    const std::string until =
        absl::FormatTime("%Y-%m-%d", absl::Now() + absl::Hours(24 * 30), absl::UTCTimeZone());
    const Finished asked = network_.Researcher({"access",
                                                "request",
                                                "--project",
                                                "flu",
                                                "--run",
                                                run,
                                                "--level",
                                                level,
                                                "--until",
                                                until,
                                                "--purpose",
                                                "How many people fall ill.",
                                                "--legal-basis",
                                                "Decision 12 of the board.",
                                                "--necessity",
                                                "Counts cannot answer it.",
                                                "--proportionality",
                                                "It saves lives.",
                                                "--harm",
                                                "Little: no names, one user."});
    EXPECT_EQ(asked.code, 0) << asked.err;
    return Strings(absl::StrSplit(asked.out, absl::ByAnyChar(" \n"), absl::SkipEmpty()))[1];
  }
  void Approve(const std::string& grant) {
    for (const char* coordinator : {"center", "second"}) {
      const Finished approved = blindlink::Run(
          network_.Command("blindlink-resolver", absl::StrCat("coordinator/", coordinator),
                           {"access", "approve", "--project", "flu", "--grant", grant, "--reason",
                            "As the ethics board decided."}));
      ASSERT_EQ(approved.code, 0) << approved.err;
    }
  }
  std::string Fetched(const std::string& what, const std::string& grant) {
    const std::filesystem::path file = network_ / absl::StrCat("fetched-", ++files_, ".csv");
    const Finished fetched =
        network_.Researcher({what, "--project", "flu", "--grant", grant, "--out", file.string()});
    EXPECT_EQ(fetched.code, 0) << fetched.err;
    return ReadFile(file).value_or("");
  }
  void UploadAsAll(const std::string& site) { network_.Upload("flu", site, FileOf(site)); }

 private:
  int files_ = 0;
};

TEST_F(LaterSiteAndGrants, AGrantAndAnOpenRequestGiveTheOldPairsAndNoOthers) {
  ASSERT_NO_FATAL_FAILURE(MakeProject({"--release", "by-grant"}));
  for (const char* site : {"north", "south"}) UploadAsAll(site);
  ASSERT_EQ(Start().code, 0);
  const std::string granted = Ask("pairs");
  ASSERT_NO_FATAL_FAILURE(Approve(granted));
  const std::string before = Fetched("pairs", granted);
  EXPECT_THAT(before, HasSubstr("north,"));
  const std::string open = Ask("entity-map");

  ASSERT_NO_FATAL_FAILURE(Coordinate(Joining("east")));
  UploadAsAll("east");
  ASSERT_EQ(Start().code, 0);
  EXPECT_EQ(Fetched("pairs", granted), before);
  ASSERT_NO_FATAL_FAILURE(Approve(open));
  EXPECT_THAT(Fetched("entities", open), AllOf(HasSubstr("north,"), Not(HasSubstr("east"))));
  const Finished newer =
      network_.Researcher({"pairs", "--project", "flu", "--run", "run-000002", "--grant", granted,
                           "--out", (network_ / "newer.csv").string()});
  EXPECT_EQ(newer.code, kExitRefused) << newer.out;
  EXPECT_THAT(network_.Researcher({"access", "show", "--project", "flu", "--grant", granted}).out,
              Not(HasSubstr("east")));

  // A request of its own gives them.
  const std::string all = Ask("pairs", "run-000002");
  ASSERT_NO_FATAL_FAILURE(Approve(all));
  EXPECT_THAT(Fetched("pairs", all), HasSubstr("east,"));
}

}  // namespace
}  // namespace blindlink
