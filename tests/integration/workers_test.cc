// Workers beside the shards of a cluster take part in runs, and whatever becomes of them, of the
// shards or of the resolver, a run gives what it gives without them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/clickhouse_cluster.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_network.h"
#include "tests/support/test_worker.h"

namespace blindlink {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;

constexpr int kWorkers = 3;

class Workers : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why_not = ClickHouseCluster::WhyNot(); !why_not.empty()) {
      GTEST_SKIP() << why_not;
    }
  }
  static void SetUpTestSuite() {
    if (!ClickHouseCluster::WhyNot().empty()) return;
    network_ = new TestNetwork;
    TestWorker::Allow(*network_);
    network_->StopResolver();
    network_->Configure(*network_ / "on-shards",
                        ClickHouseCluster::Shared().Configuration(
                            "rows_per_chunk: 20000 rows_per_part: 60000 rows_per_range: 9000") +
                            // A stream that is silent for so long would end every test.
                            "idle_stream_ms: 600000\n");
    network_->StartResolver();
    network_->CreateProject("flu", ShippedPlan("us-default"));
    const Finished made = blindlink::Run(
        {ProgramPath("blindlink-population"), "--registry", kSanitized ? "600" : "2000", "--claims",
         kSanitized ? "1500" : "7000", "--registry-out", *network_ / "north.csv", "--claims-out",
         *network_ / "south.csv"});
    ASSERT_EQ(made.code, 0) << made.err;
    for (const char* site : {"north", "south"}) {
      network_->Upload("flu", site, *network_ / absl::StrCat(site, ".csv"));
    }
    network_->Link("flu");
    alone_ = new Result(Fetched());
    ASSERT_GT(alone_->pairs.size(), 100u);
  }
  static void TearDownTestSuite() {
    delete alone_;
    delete network_;
    network_ = nullptr;
  }

  struct Result {
    std::vector<std::string> pairs;
    std::vector<std::string> entities;
    friend bool operator==(const Result&, const Result&) = default;
  };
  static Result Fetched() { return {network_->Pairs("flu"), network_->Entities("flu")}; }

  static std::unique_ptr<TestWorker> Worker(const std::string& name, const std::string& more = "") {
    return std::make_unique<TestWorker>(
        *network_, name,
        absl::StrCat(ClickHouseCluster::Shared().WorkerConfiguration("rows_per_range: 9000"),
                     "threads: 1 memory_budget_mib: 16 ", more));
  }
  static std::vector<std::unique_ptr<TestWorker>> SomeWorkers() {
    std::vector<std::unique_ptr<TestWorker>> workers;
    for (int i = 0; i < kWorkers; ++i) workers.push_back(Worker(absl::StrCat("w", i)));
    EXPECT_TRUE(TestWorker::WaitFor(*network_, kWorkers));
    return workers;
  }
  // How many runs workers have taken part in, so far.
  static size_t SharedRuns() {
    const std::vector<std::string> parts =
        absl::StrSplit(network_->ResolverLog(), "event=run-shared");
    return parts.size() - 1;
  }
  // The sum of these numbers in what the resolver says at the ends of shared runs: pieces,
  // by_workers, taken_over.
  static int SumOf(const std::string& what) {
    int sum = 0;
    for (const absl::string_view line : absl::StrSplit(network_->ResolverLog(), '\n')) {
      const std::vector<absl::string_view> parts =
          absl::StrSplit(line, absl::StrCat(" ", what, "="));
      if (!absl::StrContains(line, "event=run-was-shared") || parts.size() != 2) continue;
      const std::vector<absl::string_view> number =
          absl::StrSplit(parts[1], absl::MaxSplits(' ', 1));
      sum += std::stoi(std::string(number[0]));
    }
    return sum;
  }
  static std::vector<std::string> LinkCommand() {
    return network_->Command("blindlink-resolver", "coordinator/center",
                             {"linkage", "start", "--project", "flu", "--wait"});
  }

  static TestNetwork* network_;
  static Result* alone_;  // of a run without workers
};

TestNetwork* Workers::network_ = nullptr;
Workers::Result* Workers::alone_ = nullptr;

// How often something is killed: what BLINDLINK_KILLS says, or `usual`, or `sanitized`.
int Kills(int usual, int sanitized) {
  const char* const given = getenv("BLINDLINK_KILLS");
  if (given != nullptr) return atoi(given);
  return kSanitized ? sanitized : usual;
}

TEST_F(Workers, AreKilledAtRandomAndTheRunGivesWhatItGivesWithoutThem) {
  auto workers = SomeWorkers();
  std::mt19937 random(20);  // NOLINT(bugprone-random-generator-seed)
  const int kills = Kills(20, 4);
  int killed = 0;
  for (int run = 0; killed < kills; ++run) {
    Subprocess linking(LinkCommand());
    while (linking.Running() && killed < kills) {
      std::this_thread::sleep_for(milliseconds(random() % 300));
      if (!linking.Running()) break;
      workers[random() % kWorkers]->KillAndRestart();
      ++killed;
    }
    ASSERT_EQ(linking.Wait(), 0) << linking.Stderr();
    ASSERT_EQ(Fetched(), *alone_) << "run " << run << " after " << killed << " kills";
    ASSERT_TRUE(TestWorker::WaitFor(*network_, kWorkers));
  }
  EXPECT_GT(SumOf("by_workers"), 0);
}

TEST_F(Workers, AllOfThemGoneTheResolverDoesTheRest) {
  auto workers = SomeWorkers();
  const size_t shared = SharedRuns();
  Subprocess linking(LinkCommand());
  ASSERT_TRUE(WaitUntil([&] { return SharedRuns() > shared || !linking.Running(); }));
  workers.clear();
  ASSERT_EQ(linking.Wait(), 0) << linking.Stderr();
  EXPECT_EQ(SharedRuns(), shared + 1);
  EXPECT_EQ(Fetched(), *alone_);
  EXPECT_TRUE(TestWorker::WaitFor(*network_, 0));
}

TEST_F(Workers, AStoppedWorkerHoldsARunUpForSecondsOnly) {
  auto workers = SomeWorkers();
  const int before = SumOf("taken_over");
  // Until they are stopped while they have a piece.
  for (int run = 0; run < 30 && SumOf("taken_over") == before; ++run) {
    const size_t shared = SharedRuns();
    Subprocess linking(LinkCommand());
    ASSERT_TRUE(WaitUntil([&] { return SharedRuns() > shared || !linking.Running(); }));
    std::this_thread::sleep_for(milliseconds(40 * run));
    for (const auto& worker : workers) worker->process().Signal(SIGSTOP);
    ASSERT_EQ(linking.Wait(), 0) << linking.Stderr();
    EXPECT_EQ(Fetched(), *alone_);
    for (const auto& worker : workers) worker->process().Signal(SIGCONT);
    ASSERT_TRUE(TestWorker::WaitFor(*network_, kWorkers));
  }
  EXPECT_GT(SumOf("taken_over"), before);
}

TEST_F(Workers, AShardIsKilledAndTheRunGivesTheSameAsSoonAsItIsBack) {
  auto workers = SomeWorkers();
  std::mt19937 random(21);  // NOLINT(bugprone-random-generator-seed)
  for (int kill = 0; kill < Kills(8, 2); ++kill) {
    Subprocess linking(LinkCommand());
    std::this_thread::sleep_for(milliseconds(random() % 800));
    const int shard = 1 + static_cast<int>(random() % 2);
    ClickHouseCluster::Shared().Kill(shard);
    ClickHouseCluster::Shared().Restart(shard);
    ASSERT_EQ(linking.Wait(), 0) << linking.Stderr();
    ASSERT_EQ(Fetched(), *alone_) << kill;
  }
}

TEST_F(Workers, TheResolverIsKilledAndWorkersJoinItsNextProcess) {
  auto workers = SomeWorkers();
  std::mt19937 random(31);  // NOLINT(bugprone-random-generator-seed)
  for (int kill = 0; kill < Kills(4, 1); ++kill) {
    const size_t shared = SharedRuns();
    Subprocess linking(LinkCommand());
    ASSERT_TRUE(WaitUntil([&] { return SharedRuns() > shared || !linking.Running(); }));
    std::this_thread::sleep_for(milliseconds(random() % 600));
    network_->KillResolver();
    network_->StartResolver();  // which repeats the run
    linking.Wait();
    ASSERT_TRUE(TestWorker::WaitFor(*network_, kWorkers));
    // The run that it repeats ends first.
    network_->Link("flu");
    ASSERT_EQ(Fetched(), *alone_) << kill;
    EXPECT_GE(SharedRuns(), shared + 3) << "the run, repeated, and the next one";
  }
}

TEST_F(Workers, OfAnotherRoleOrClusterAreToldWhatToDo) {
  TestWorker impostor(*network_, "impostor",
                      ClickHouseCluster::Shared().WorkerConfiguration() + "threads: 1",
                      "site/north");
  EXPECT_EQ(impostor.process().Wait(), kExitRefused) << impostor.process().Stderr();
  EXPECT_THAT(impostor.process().Stderr(), HasSubstr("site"));

  // Told of a run on two shards, it has one: its pieces fail, and the resolver does them.
  TestWorker lost(*network_, "lost",
                  ClickHouseCluster::Shared().WorkerConfiguration("", 1) + "threads: 1");
  ASSERT_TRUE(TestWorker::WaitFor(*network_, 1));
  network_->Link("flu");
  EXPECT_EQ(Fetched(), *alone_);
  EXPECT_THAT(lost.process().Stderr(),
              AllOf(HasSubstr("event=worker-joins-again"), HasSubstr("shards")));
  EXPECT_THAT(network_->ResolverLog(),
              HasSubstr("event=work-failed worker=near code=FAILED_PRECONDITION"));
}

TEST_F(Workers, LeaveNothingBehindAndEndWhenTold) {
  auto worker = Worker("tidy", "log_file: \"tidy.log\"");
  ASSERT_TRUE(TestWorker::WaitFor(*network_, 1));
  network_->Link("flu");
  worker->process().Signal(SIGTERM);
  EXPECT_EQ(worker->process().Wait(), 0) << worker->process().Stderr();
  EXPECT_TRUE(std::filesystem::is_empty(worker->scratch()));
  const std::string log = ReadFile(*network_ / "tidy.log").value_or("");
  EXPECT_THAT(log, AllOf(HasSubstr("event=worker-started"), HasSubstr("event=worker-stopping")));
  // The exchange is empty once a run has ended.
  for (const int shard : {1, 2}) {
    EXPECT_EQ(ClickHouseCluster::Shared().Query(
                  shard,
                  "SELECT sum(rows) FROM system.parts WHERE active AND table LIKE "
                  "'%exchange' AND database = 'blindlink'"),
              "0\n");
  }
}

}  // namespace
}  // namespace blindlink
