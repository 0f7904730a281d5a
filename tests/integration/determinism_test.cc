// The same records under the same keys give the same result to the last digit, regardless of the
// number of threads, the amount of memory, the order in which the sites upload, the number of
// records per block, whether the token index is on the resolver's disk or on a cluster, and how
// many workers share the run. Decoys (pairs within sites) and spare match keys are in play.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "tests/support/clickhouse_cluster.h"
#include "tests/support/recut.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_network.h"
#include "tests/support/test_worker.h"

namespace blindlink {
namespace {

using testing::HasSubstr;
using Lines = std::vector<std::string>;

// Few at north: measuring chance on an agent's own records takes longer than making their tokens.
// Less than four times as many at south, so that both sites have decoys.
// BLINDLINK_REGISTRY and BLINDLINK_CLAIMS in the environment ask for other numbers.
int NumberOf(const char* variable, int usual) {
  const char* const asked = std::getenv(variable);
  return asked == nullptr ? usual : std::atoi(asked);
}
const int kRegistry = NumberOf("BLINDLINK_REGISTRY", kSanitized ? 1200 : 2500);
const int kClaims = NumberOf("BLINDLINK_CLAIMS", kSanitized ? 4000 : 9000);
constexpr uint64_t kLittleMemoryMib = 16;  // the least that may be configured

// north has two datasets, so that sums over datasets are formed in different orders.
struct Dataset {
  const char* site;
  const char* name;
};
constexpr Dataset kEarly{"north", "early"};
constexpr Dataset kLate{"north", "late"};
constexpr Dataset kClaimed{"south", "claims"};

struct Way {
  std::string name;
  std::string agent_threads;
  std::string resolver;  // configuration
  std::vector<Dataset> uploads;
  bool at_once = false;
  size_t records_a_block = 0;  // 0: the agent's default
  bool on_cluster = false;     // the index is on two ClickHouse servers
  int workers = 0;             // beside the resolver
  bool replicated = false;     // on four, of which the first of each shard die before the run
};
void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

// What both sites are said to have: so little that spare match keys are used.
constexpr char kColumns[] =
    "first_name=1,middle_name=0.8,last_name=1,date_of_birth=1,sex=1,city=1,zip=1";

const Way kUsual{"Usual", "2", "", {kEarly, kLate, kClaimed}};

// What a researcher receives, and what the coordinator is told about the run.
struct Result {
  Lines pairs;  // in the file's order
  Lines overlap;
  // "site,record site,record" per entity, sorted; entity ids depend on the project's key
  Lines entities;
  std::string summary;
};

class Determinism : public testing::TestWithParam<Way> {
 protected:
  static void SetUpTestSuite() {
    network_ = new TestNetwork;
    TestWorker::Allow(*network_);
    MakeInputs();
    usual_ = new Result(ResultOf(kUsual));
  }
  static void TearDownTestSuite() {
    delete usual_;
    delete network_;
    network_ = nullptr;
  }

  static void MakeInputs() {
    const std::filesystem::path registry = *network_ / "registry.csv";
    const Finished made = blindlink::Run(
        {ProgramPath("blindlink-population"), "--registry", absl::StrCat(kRegistry), "--claims",
         absl::StrCat(kClaims), "--records-per-person", "1.5", "--registry-out", registry,
         "--claims-out", *network_ / "south-claims.csv"});
    ASSERT_EQ(made.code, 0) << made.err;
    Lines rows = absl::StrSplit(ReadFile(registry).value(), '\n', absl::SkipEmpty());
    const auto middle = rows.begin() + 1 + kRegistry / 2;
    network_->Write("north-early.csv", absl::StrJoin(rows.begin(), middle, "\n"));
    network_->Write("north-late.csv",
                    absl::StrCat(rows[0], "\n", absl::StrJoin(middle, rows.end(), "\n")));
  }

  static std::vector<std::string> UploadCommand(const Way& way, const Dataset& dataset) {
    std::vector<std::string> arguments = network_->RunArguments(
        "flu", dataset.site, *network_ / absl::StrCat(dataset.site, "-", dataset.name, ".csv"),
        dataset.name);
    arguments.insert(arguments.end(), {"--threads", way.agent_threads});
    return network_->Command("blindlink-agent", absl::StrCat("site/", dataset.site), arguments);
  }

  static void UploadRecut(const Way& way, const Dataset& dataset) {
    const std::filesystem::path whole = *network_ / "whole.bltok";
    const std::filesystem::path cut = *network_ / "cut.bltok";
    std::vector<std::string> tokenize = network_->TokenizeArguments(
        "flu", dataset.site, *network_ / absl::StrCat(dataset.site, "-", dataset.name, ".csv"),
        *network_ / "plan.textproto", whole, dataset.name);
    tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
    const Finished tokenized = blindlink::Run(tokenize);
    ASSERT_EQ(tokenized.code, 0) << tokenized.err;
    Recut(whole, way.records_a_block, cut);
    const Finished sent =
        network_->Agent(absl::StrCat("site/", dataset.site), {"upload", "--tokens", cut});
    ASSERT_EQ(sent.code, 0) << sent.err;
    std::filesystem::remove(whole);
    std::filesystem::remove(cut);
  }

  static void Upload(const Way& way) {
    if (way.records_a_block > 0) {
      for (const Dataset& dataset : way.uploads) UploadRecut(way, dataset);
      return;
    }
    std::vector<std::unique_ptr<Subprocess>> agents;
    for (const Dataset& dataset : way.uploads) {
      agents.push_back(std::make_unique<Subprocess>(UploadCommand(way, dataset)));
      if (!way.at_once) agents.back()->Wait();
    }
    for (const auto& agent : agents) EXPECT_EQ(agent->Wait(), 0) << agent->Stderr();
  }

  static Lines FetchedPartition() {
    std::map<std::string, Lines> members;
    for (const std::string& line : network_->FetchedLines("entities", "flu")) {
      const std::pair<std::string, std::string> row = absl::StrSplit(line, absl::MaxSplits(',', 1));
      members[row.first].push_back(row.second);
    }
    Lines partition;
    for (auto& [entity, records] : members) {
      std::sort(records.begin(), records.end());
      partition.push_back(absl::StrJoin(records, " "));
    }
    std::sort(partition.begin(), partition.end());
    return partition;
  }

  static void CreateProject() {
    const Finished created = network_->Coordinator(
        {"project", "create", "--name", "flu", "--plan", ShippedPlan("us-default"), "--researcher",
         "study", "--site", "north", "--columns", kColumns, "--site", "south", "--columns",
         kColumns});
    ASSERT_EQ(created.code, 0) << created.err;
    const Finished plan = network_->Coordinator({"project", "show", "flu", "--plan"});
    ASSERT_EQ(plan.code, 0) << plan.err;
    network_->Write("plan.textproto", plan.out);
  }

  // A file of the result, as the researcher receives it.
  static Lines Fetched(const std::string& what) {
    const Finished fetched = network_->Researcher({what, "--project", "flu", "--out", "-"});
    EXPECT_EQ(fetched.code, 0) << fetched.err;
    return absl::StrSplit(fetched.out, '\n', absl::SkipEmpty());
  }

  // How often the resolver has said so, so far.
  static int CountOf(const std::string& what) {
    const std::vector<std::string> parts = absl::StrSplit(network_->ResolverLog(), what);
    return static_cast<int>(parts.size()) - 1;
  }
  static int SharedRuns() { return CountOf("event=run-shared"); }

  // Each with another number of threads. They have joined on return.
  static std::vector<std::unique_ptr<TestWorker>> Workers(const Way& way) {
    std::vector<std::unique_ptr<TestWorker>> workers;
    int threads = 0;
    for (int i = 0; i < way.workers; ++i) {
      threads += 1 + i % 2;
      workers.push_back(std::make_unique<TestWorker>(
          *network_, absl::StrCat(way.name, i),
          absl::StrCat(ClickHouseCluster::Shared().WorkerConfiguration("rows_per_range: 9000"),
                       "memory_budget_mib: ", kLittleMemoryMib, " threads: ", 1 + i % 2,
                       " near_shards: ", 1 + i % 2)));
    }
    EXPECT_TRUE(TestWorker::WaitFor(*network_, threads));
    return workers;
  }

  static ClickHouseCluster& Four() {
    static ClickHouseCluster cluster(4);
    return cluster;
  }

  // Many chunks, parts and ranges.
  static std::string IndexOf(const Way& way) {
    constexpr char kMany[] = "rows_per_chunk: 20000 rows_per_part: 60000 rows_per_range: 9000";
    if (way.replicated) return Four().ReplicatedConfiguration(kMany);
    return way.on_cluster ? ClickHouseCluster::Shared().Configuration(kMany) : "";
  }

  // In a separate resolver, for the same sites with the same keys and the same project.
  static Result ResultOf(const Way& way) {
    network_->StopResolver();
    network_->Configure(*network_ / absl::StrCat("data-", way.name),
                        absl::StrCat(way.resolver, "\n", IndexOf(way)));
    network_->StartResolver();
    CreateProject();
    Upload(way);
    for (const int server : {1, 2}) {
      if (way.replicated) Four().Kill(server);
    }
    const auto workers = Workers(way);
    const int shared_before = SharedRuns();
    const int without_workers_before = CountOf(" by_workers=0 ");
    const std::filesystem::path run = *network_ / "run.json";
    const Finished linked =
        network_->Coordinator({"linkage", "start", "--project", "flu", "--wait", "--json", run});
    EXPECT_EQ(linked.code, 0) << linked.err;
    EXPECT_EQ(SharedRuns() - shared_before, way.workers > 0 ? 1 : 0);
    EXPECT_EQ(CountOf(" by_workers=0 "), without_workers_before) << "workers did nothing";
    Result result{Fetched("pairs"), Fetched("overlap"), FetchedPartition(),
                  ReadFile(run).value_or("")};
    // what precedes it contains the seconds
    result.summary.erase(0, result.summary.find("\"summary\""));
    return result;
  }

  static TestNetwork* network_;
  static Result* usual_;
};

TestNetwork* Determinism::network_ = nullptr;
Result* Determinism::usual_ = nullptr;

// The first line that differs; a difference of thousands of lines is no more informative.
std::string FirstDifference(const Lines& left, const Lines& right) {
  const auto [l, r] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  if (l == left.end() && r == right.end()) return "";
  return absl::StrCat(left.size(), " and ", right.size(), " lines; ", l == left.end() ? "" : *l,
                      " | ", r == right.end() ? "" : *r);
}

uint64_t NumberIn(const std::string& json, const std::string& name) {
  const size_t at = json.find(absl::StrCat("\"", name, "\": "));
  return at == std::string::npos ? 0 : std::stoull(json.substr(at + name.size() + 4));
}

TEST_F(Determinism, TheInputIsMoreThanLittleMemoryHolds) {
  if (kSanitized) GTEST_SKIP() << "smaller under a sanitizer";
  // Half the budget is for postings that are distributed to their ranges, a third for candidates.
  constexpr uint64_t kBytesOfAPosting = 40;  // at least, under us-default
  EXPECT_GT(NumberIn(usual_->summary, "postings") * kBytesOfAPosting, kLittleMemoryMib << 19);
  EXPECT_GT(NumberIn(usual_->summary, "candidate_pairs"), 100u);
}

TEST_F(Determinism, TheInputHasDecoysAndSpareMatchKeys) {
  if (std::getenv("BLINDLINK_CLAIMS") != nullptr) GTEST_SKIP() << "other numbers were asked for";
  // South has several records of some people.
  EXPECT_THAT(usual_->summary, HasSubstr("pairs within sites, of those sampled, look like one"));
  const std::string spare = "\"match_key\": \"city-year-initial\",\n";
  const size_t at = usual_->summary.find(spare);
  ASSERT_NE(at, std::string::npos) << usual_->summary;
  EXPECT_GT(NumberIn(usual_->summary.substr(at), "shared_tokens"), 0u);
}

TEST_P(Determinism, PairsScoresAndEntitiesAreTheSame) {
  const std::string why_not = GetParam().on_cluster ? ClickHouseCluster::WhyNot() : "";
  if (!why_not.empty()) GTEST_SKIP() << why_not;
  const Result result = ResultOf(GetParam());
  EXPECT_EQ(FirstDifference(usual_->pairs, result.pairs), "");
  EXPECT_EQ(FirstDifference(usual_->overlap, result.overlap), "");
  EXPECT_EQ(FirstDifference(usual_->entities, result.entities), "");
  EXPECT_EQ(usual_->summary, result.summary);
  // Most of three quarters of the people in the registry have claims.
  EXPECT_GT(result.pairs.size(), static_cast<size_t>(kRegistry) * 6 / 10);
}

INSTANTIATE_TEST_SUITE_P(
    Ways, Determinism,
    testing::Values(Way{"OneThreadAndLittleMemory",
                        "1",
                        absl::StrCat("threads: 1 memory_budget_mib: ", kLittleMemoryMib),
                        {kEarly, kLate, kClaimed}},
                    Way{"ThreeThreadsAndLittleMemoryInTheOtherOrder",
                        "3",
                        absl::StrCat("threads: 3 memory_budget_mib: ", kLittleMemoryMib),
                        {kClaimed, kLate, kEarly}},
                    Way{"AllAtOnce", "2", "threads: 3", {kLate, kClaimed, kEarly}, true},
                    Way{"SmallBlocks", "2", "", {kEarly, kLate, kClaimed}, false, 37},
                    Way{"OnTwoShards",
                        "2",
                        absl::StrCat("threads: 1 memory_budget_mib: ", kLittleMemoryMib),
                        {kEarly, kLate, kClaimed},
                        false,
                        0,
                        true},
                    Way{"OnTwoShardsWithThreeThreadsAllAtOnce",
                        "2",
                        "threads: 3",
                        {kClaimed, kLate, kEarly},
                        true,
                        0,
                        true},
                    Way{"OnTwoShardsWithOneWorker",
                        "2",
                        absl::StrCat("threads: 1 memory_budget_mib: ", kLittleMemoryMib),
                        {kEarly, kLate, kClaimed},
                        false,
                        0,
                        true,
                        1},
                    Way{"OnTwoShardsWithTwoWorkers",
                        "2",
                        "threads: 3",
                        {kClaimed, kLate, kEarly},
                        false,
                        0,
                        true,
                        2},
                    Way{"OnTwoShardsWithFourWorkers",
                        "2",
                        "threads: 1",
                        {kEarly, kLate, kClaimed},
                        false,
                        0,
                        true,
                        4},
                    Way{"OnTwoShardsOfTwoServersOfWhichOneDies",
                        "2",
                        "threads: 3",
                        {kEarly, kLate, kClaimed},
                        false,
                        0,
                        true,
                        0,
                        true}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace blindlink
