// More than there is room for at once: many agents, little memory, a resolver that has stopped
// reading, a value that everyone has. Everything ends as it should, in bounded memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "tests/support/generated_people.h"
#include "tests/support/relay.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::HasSubstr;
using Lines = std::vector<std::string>;

void ExpectAtMostMib(uint64_t peak, uint64_t limit, const char* of) {
  std::cout << of << ": at most " << peak << " MiB resident";
  if (kSanitized) {
    std::cout << ", not judged: under a sanitizer that means nothing\n";
    return;
  }
  std::cout << ", allowed are " << limit << "\n";
  EXPECT_LE(peak, limit) << of;
}

// --- Eight at once -------------------------------------------------------------------------------

constexpr int kSites = 8;
constexpr int kPeopleASite = kSanitized ? 2000 : 20000;
// The resolver's memory besides its budget: the program and its libraries, RocksDB's tables, gRPC's
// buffers for eight streams.
constexpr uint64_t kBesidesTheBudgetMib = 80;

Lines EightSites() {
  Lines sites;
  for (int i = 0; i < kSites; ++i) sites.push_back(absl::StrCat("site-", i));
  return sites;
}

class EightAgents : public testing::Test {
 protected:
  EightAgents() : network_({EightSites(), {}, {}}) {
    // Everyone is at every other site, too.
    for (int i = 0; i < kSites; ++i) {
      network_.Write(absl::StrCat("site-", i, ".csv"),
                     GeneratedPeople(1 + i * kPeopleASite / 16, kPeopleASite, i % 2 == 1));
    }
  }

  // Pairs with their scores, from a separate resolver for the same project of the same sites.
  Lines PairsWith(const std::string& name, const std::string& resolver, bool at_once) {
    network_.StopResolver();
    network_.Configure(network_ / name, resolver);
    network_.StartResolver();
    network_.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"));
    std::vector<std::unique_ptr<Subprocess>> agents;
    for (const std::string& site : EightSites()) {
      agents.push_back(std::make_unique<Subprocess>(
          network_.Command("blindlink-agent", "site/" + site,
                           network_.RunArguments("flu", site, network_ / (site + ".csv")))));
      if (!at_once) agents.back()->Wait();
    }
    for (const auto& agent : agents) EXPECT_EQ(agent->Wait(), 0) << agent->Stderr();
    network_.Link("flu");
    return network_.FetchedLines("pairs", "flu");
  }

  TestNetwork network_;
};

TEST_F(EightAgents, AtOnceWithLittleMemoryLeadToTheSamePairsAsOneAfterTheOtherWithMuch) {
  constexpr uint64_t kBudgetMib = 32;
  const Lines calm = PairsWith("calm", "", /*at_once=*/false);
  ExpectAtMostMib(network_.resolver().PeakMemoryMib(), 512 + kBesidesTheBudgetMib,
                  "the resolver, one agent after the other, with a budget of 512 MiB");
  const Lines pressed =
      PairsWith("pressed", absl::StrCat("memory_budget_mib: ", kBudgetMib), /*at_once=*/true);
  ExpectAtMostMib(network_.resolver().PeakMemoryMib(), kBudgetMib + kBesidesTheBudgetMib,
                  "the resolver, eight agents at once, with a budget of 32 MiB");
  EXPECT_EQ(calm == pressed, true) << "the pairs differ";
  // 28 pairs of sites, each with more than half of its people in common.
  EXPECT_GT(calm.size(), kPeopleASite / 2 * 28u);
}

// --- A resolver that stops reading ---------------------------------------------------------------

class StoppedResolver : public testing::Test {
 protected:
  // The resident memory of an agent with so many records once nothing moves any more. Then the
  // resolver resumes reading, and the upload must complete.
  uint64_t PeakOfAgentWith(int records) {
    constexpr uint64_t kTakenBeforeTheHalt = 1 << 20;
    const std::string project = absl::StrCat("of-", records);
    network_.CreateProject(project, ShippedPlan("us-default"));
    Relay relay(network_.address(), kTakenBeforeTheHalt);
    std::vector<std::string> argv = network_.Command(
        "blindlink-agent", "site/north",
        network_.RunArguments(project, "north",
                              network_.Write("people.csv", GeneratedPeople(1, records))));
    *std::find(argv.begin(), argv.end(), network_.address()) = relay.address();
    Subprocess agent(argv);
    EXPECT_TRUE(WaitUntil([&] { return relay.stalled() || !agent.Running(); }));
    EXPECT_TRUE(agent.WaitUntilItWaits()) << agent.Stderr();
    const uint64_t peak = agent.Running() ? agent.PeakMemoryMib() : 0;
    relay.Release();
    EXPECT_EQ(agent.Wait(), 0) << agent.Stderr();
    EXPECT_THAT(agent.Stdout(), HasSubstr(absl::StrCat("committed, ", records, " records")));
    return peak;
  }

  TestNetwork network_;
};

TEST_F(StoppedResolver, HoldsTheAgentInTheSameMemoryHoweverLongTheFile) {
  constexpr int kRecords = kSanitized ? 5000 : 20000;
  constexpr uint64_t kSlackMib = 16;  // the longer file's tokens take some 100 MiB
  const uint64_t of_one = PeakOfAgentWith(kRecords);
  const uint64_t of_four = PeakOfAgentWith(4 * kRecords);
  EXPECT_GT(of_one, 0u);
  ExpectAtMostMib(of_four, of_one + kSlackMib, "the agent, with a file four times as long");
}

// --- A value that everybody has ------------------------------------------------------------------

// Everyone has the same city and state, and only the two records of one person share name and date
// of birth.
constexpr char kHubPlan[] = R"(
name: "hub"
version: 1
description: "For a test."
standardizer_version: "3"
fields { name: "first_name" standardizer: GIVEN_NAME }
fields { name: "last_name" standardizer: SURNAME }
fields { name: "date_of_birth" standardizer: DATE }
fields { name: "city" standardizer: CITY }
fields { name: "state" standardizer: STATE }
match_keys {
  name: "person" id: 1
  components { field: "first_name" } components { field: "last_name" }
  components { field: "date_of_birth" }
}
match_keys { name: "city" id: 2 components { field: "city" } components { field: "state" } }
match_rules { name: "person" level: FULL score: 0.99 all_of { match_key: "person" } }
match_rules { name: "city" level: PARTIAL score: 0.5 all_of { match_key: "city" } }
)";

std::string PeopleOfOneCity(int first, int count) {
  std::string csv = absl::StrReplaceAll(GeneratedPeople(first, count), {{"\n", ",IL\n"}});
  csv.replace(csv.find(",IL"), 3, ",state");
  return csv;
}

TEST(AValueThatEverybodyHas, IsReportedAndCostsNoPairsAndHidesNone) {
  constexpr int kRecordsASite = kSanitized ? 20000 : 100000;
  constexpr int kShared = kRecordsASite / 10;
  constexpr uint64_t kBudgetMib = 16;
  TestNetwork::Options options;
  options.more_configuration = absl::StrCat("memory_budget_mib: ", kBudgetMib);
  TestNetwork network(options);
  network.CreateProject("flu", network.Write("hub.textproto", kHubPlan));
  network.Upload("flu", "north", network.Write("north.csv", PeopleOfOneCity(1, kRecordsASite)));
  network.Upload(
      "flu", "south",
      network.Write("south.csv", PeopleOfOneCity(1 + kRecordsASite - kShared, kRecordsASite)));
  const Finished linked = network.Coordinator({"linkage", "start", "--project", "flu", "--wait"});
  EXPECT_EQ(linked.code, 0) << linked.err;
  EXPECT_THAT(linked.out, HasSubstr(absl::StrCat("over-used: 1 tokens of match key city, made ",
                                                 2 * kRecordsASite, " times, were ignored")));
  EXPECT_THAT(linked.out, HasSubstr(absl::StrFormat("candidate pairs      %12d\n", kShared)));
  ExpectAtMostMib(network.resolver().PeakMemoryMib(), kBudgetMib + kBesidesTheBudgetMib,
                  "the resolver, with a budget of 16 MiB");

  Lines expected;
  for (int person = 1 + kRecordsASite - kShared; person <= kRecordsASite; ++person) {
    expected.push_back(absl::StrCat("north/", person, " south/", person, " person"));
  }
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(network.Pairs("flu") == expected, true) << "the pairs differ";
}

}  // namespace
}  // namespace blindlink
