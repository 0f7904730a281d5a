// A project's index is moved with the real programs: from the resolver's own disk to a cluster of
// two shards, to three (that is how a shard is added), and back, without any site sending again.
// Every run on the way gives the same bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/clickhouse_cluster.h"
#include "tests/support/full_disk.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

constexpr int kRegistry = kSanitized ? 600 : 2000;
constexpr int kClaims = kSanitized ? 1500 : 6000;
// Many chunks and ranges.
constexpr char kSmall[] = "rows_per_chunk: 5000 rows_per_part: 20000 rows_per_range: 4000";

class MoveIndex : public testing::Test {
 protected:
  void SetUp() override {
    MakeInputs();
    network_.CreateProject("flu", ShippedPlan("us-default"));
    network_.Upload("flu", "north", network_ / "registry.csv");
    network_.Upload("flu", "south", network_ / "claims.csv");
    before_ = Result();
    ASSERT_GT(before_.size(), 100000u);
    network_.StopResolver();
    base_ = ReadFile(network_ / "resolver.textproto").value();
    local_ = ConfigWith("local", "");
  }

  void MakeInputs() {
    const Finished made = blindlink::Run(
        {ProgramPath("blindlink-population"), "--registry", absl::StrCat(kRegistry), "--claims",
         absl::StrCat(kClaims), "--records-per-person", "1.5", "--registry-out",
         network_ / "registry.csv", "--claims-out", network_ / "claims.csv"});
    ASSERT_EQ(made.code, 0) << made.err;
  }

  // What a researcher receives of a new run, and what the coordinator is told about it.
  std::string Result() {
    const std::filesystem::path run = network_ / "run.json";
    const Finished linked =
        network_.Coordinator({"linkage", "start", "--project", "flu", "--wait", "--json", run});
    EXPECT_EQ(linked.code, 0) << linked.err;
    std::string result = ReadFile(run).value_or("");
    result.erase(0, result.find("\"summary\""));  // what precedes it has the seconds
    for (const char* what : {"pairs", "entities", "overlap"}) {
      const Finished fetched = network_.Researcher({what, "--project", "flu", "--out", "-"});
      EXPECT_EQ(fetched.code, 0) << fetched.err;
      result += fetched.out;
    }
    return result;
  }

  // A configuration of the resolver with this index.
  std::filesystem::path ConfigWith(const std::string& name, const std::string& index) const {
    return network_.Write(name + ".textproto", base_ + index);
  }
  static std::vector<std::string> ExportCommand(const std::filesystem::path& config,
                                                const std::filesystem::path& file) {
    return {ProgramPath("blindlink-resolver"),
            "project",
            "export",
            "--config",
            config,
            "--project",
            "flu",
            "--out",
            file};
  }
  static std::vector<std::string> ImportCommand(const std::filesystem::path& config,
                                                const std::filesystem::path& file,
                                                const std::filesystem::path& old_config = {}) {
    std::vector<std::string> command = {ProgramPath("blindlink-resolver"),
                                        "project",
                                        "import",
                                        "--config",
                                        config,
                                        "--project",
                                        "flu",
                                        "--in",
                                        file};
    if (!old_config.empty()) command.insert(command.end(), {"--old-config", old_config});
    return command;
  }
  static std::string Run(const std::vector<std::string>& command) {
    const Finished finished = blindlink::Run(command);
    EXPECT_EQ(finished.code, 0) << finished.err;
    return finished.out;
  }
  static void ExpectRefused(const std::vector<std::string>& command, int code,
                            const std::string& words) {
    const Finished finished = blindlink::Run(command);
    EXPECT_EQ(finished.code, code) << finished.err;
    EXPECT_THAT(finished.err, HasSubstr(words));
  }
  void ExpectTheSameResultWith(const std::string& index) {
    network_.Configure(network_.data(), index);
    network_.StartResolver();
    EXPECT_EQ(Result() == before_, true) << index;
    network_.StopResolver();
  }

  TestNetwork network_;
  std::string before_;
  std::string base_;             // configuration, without an index
  std::filesystem::path local_;  // on RocksDB
};

// What a report says of the datasets, without what differs between files.
std::string DatasetsIn(const std::string& report) {
  const size_t at = report.find("dataset    ");
  return report.substr(at, report.rfind("SHA-256 ") + 72 - at);
}

uint64_t TablesOn(ClickHouseCluster& cluster, int shard) {
  return std::stoull(
      cluster.Query(shard, "SELECT count() FROM system.tables WHERE database = 'blindlink'"));
}

TEST_F(MoveIndex, ToTwoShardsToThreeAndBackEveryResultIsTheSameToTheByte) {
  if (!ClickHouseCluster::WhyNot().empty()) GTEST_SKIP() << ClickHouseCluster::WhyNot();
  ClickHouseCluster cluster(3);
  const std::string two_shards = cluster.Configuration(kSmall, 2);
  const std::string three_shards = cluster.Configuration(kSmall, 3);
  const std::filesystem::path two = ConfigWith("two", two_shards);
  const std::filesystem::path three = ConfigWith("three", three_shards);

  const std::string exported = Run(ExportCommand(local_, network_ / "1.blindex"));
  const std::string imported = Run(ImportCommand(two, network_ / "1.blindex"));
  EXPECT_EQ(DatasetsIn(exported), DatasetsIn(imported));
  EXPECT_FALSE(std::filesystem::exists(network_.ProjectFolder("flu") / "index" / "db"));
  ExpectTheSameResultWith(two_shards);

  // A shard is added.
  EXPECT_EQ(DatasetsIn(Run(ExportCommand(two, network_ / "2.blindex"))), DatasetsIn(exported));
  ExpectRefused(ImportCommand(three, network_ / "2.blindex"), kExitRefused, "--old-config");
  EXPECT_EQ(TablesOn(cluster, 3), 0u);
  const uint64_t tables = TablesOn(cluster, 1);
  Run(ImportCommand(three, network_ / "2.blindex", two));
  EXPECT_EQ(TablesOn(cluster, 1), tables) << "those of the former index are gone";
  EXPECT_GT(TablesOn(cluster, 3), 0u);
  ExpectTheSameResultWith(three_shards);

  EXPECT_EQ(DatasetsIn(Run(ExportCommand(three, network_ / "3.blindex"))), DatasetsIn(exported));
  Run(ImportCommand(local_, network_ / "3.blindex", three));
  for (const int shard : {1, 2, 3}) EXPECT_EQ(TablesOn(cluster, shard), 0u) << shard;
  ExpectTheSameResultWith("");
}

TEST_F(MoveIndex, AnImportToAClusterThatIsKilledIsRepeated) {
  if (!ClickHouseCluster::WhyNot().empty()) GTEST_SKIP() << ClickHouseCluster::WhyNot();
  ClickHouseCluster& cluster = ClickHouseCluster::Shared();
  const std::string two_shards = cluster.Configuration(kSmall);
  const std::filesystem::path two = ConfigWith("two", two_shards);
  const std::filesystem::path file = network_ / "1.blindex";
  Run(ExportCommand(local_, file));
  // Later and later, until it lives to its end.
  const auto is_on_its_way = [&] {
    const std::filesystem::directory_iterator folders(network_.ProjectFolder("flu"));
    return std::any_of(begin(folders), end(folders), [](const auto& entry) {
      return absl::StartsWith(entry.path().filename().string(), "index-import-");
    });
  };
  int killed_on_its_way = 0;
  for (int milliseconds = 0;; milliseconds += 40) {
    Subprocess import(ImportCommand(two, file));
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    import.Signal(SIGKILL);
    if (import.Wait() == 0) break;
    killed_on_its_way += is_on_its_way() ? 1 : 0;
  }
  EXPECT_GT(killed_on_its_way, 3);
  EXPECT_FALSE(is_on_its_way());
  ExpectTheSameResultWith(two_shards);

  // What a killed import to a cluster leaves there is removed on demand.
  Run(ExportCommand(two, network_ / "2.blindex"));
  Run(ImportCommand(local_, network_ / "2.blindex", two));
  const std::filesystem::path again = network_ / "3.blindex";
  Run(ExportCommand(local_, again));
  {
    Subprocess import(ImportCommand(two, again));
    EXPECT_TRUE(WaitUntil([&] { return TablesOn(cluster, 1) > 0 || !import.Running(); }));
    import.Signal(SIGKILL);
    if (import.Wait() == 0) return;  // it was faster
  }
  ExpectTheSameResultWith("");
  EXPECT_THAT(network_.ResolverLog(), HasSubstr("event=import-not-removed project=flu"));
  Run({ProgramPath("blindlink-resolver"), "project", "import", "--config", two, "--project", "flu",
       "--discard"});
  EXPECT_EQ(TablesOn(cluster, 1), 0u);
}

TEST_F(MoveIndex, OnADiskThatFillsUpTheOldIndexStaysInForceUntilThereIsRoom) {
  const std::filesystem::path out = network_ / "out";
  std::filesystem::create_directory(out);
  FullDisk files(network_ / "state-of-files", out);
  FullDisk data(network_ / "state-of-data", network_.data());
  const auto on = [](const FullDisk& disk, const std::vector<std::string>& command) {
    std::vector<std::string> whole = disk.Prefix();
    whole.insert(whole.end(), command.begin(), command.end());
    return blindlink::Run(whole).code;
  };
  files.FillAfter(2);
  EXPECT_EQ(on(files, ExportCommand(local_, out / "1.blindex")), kExitDisk);
  EXPECT_TRUE(std::filesystem::is_empty(out));
  files.MakeRoom();
  Run(ExportCommand(local_, out / "1.blindex"));

  uint64_t calls = 0;
  data.FillAfter(calls);
  while (on(data, ImportCommand(local_, out / "1.blindex")) != 0) {
    data.MakeRoom();
    if (calls % 60 == 0) ExpectTheSameResultWith("");
    data.FillAfter(calls += 15);
  }
  EXPECT_GT(calls, 30u);
  data.MakeRoom();
  ExpectTheSameResultWith("");
}

TEST_F(MoveIndex, ReportsAndRefusalsTellAnOperatorWhatToDo) {
  const std::filesystem::path file = network_ / "1.blindex";
  std::vector<std::string> dry = ExportCommand(local_, file);
  dry.insert(dry.end(), {"--dry-run", "--json", "-"});
  const std::string counted = Run(dry);
  EXPECT_THAT(counted, HasSubstr("\"dry_run\": true"));
  EXPECT_THAT(counted, HasSubstr("\"site\": \"north\""));
  EXPECT_THAT(counted, HasSubstr("\"tokens\": "));
  EXPECT_FALSE(std::filesystem::exists(file));

  EXPECT_THAT(Run(ExportCommand(local_, file)), HasSubstr("SHA-256 "));
  uint64_t index_bytes = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(network_.ProjectFolder("flu") / "index" / "db")) {
    if (entry.path().extension() == ".sst") index_bytes += entry.file_size();
  }
  EXPECT_NEAR(static_cast<double>(std::filesystem::file_size(file)),
              static_cast<double>(index_bytes), 0.03 * static_cast<double>(index_bytes));
  ExpectRefused(ExportCommand(local_, file), kExitRefused, "exists: remove it");
  ExpectRefused(ImportCommand(local_, local_), kExitBadInput, "is not a file that");
  const std::string bytes = ReadFile(file).value();
  ExpectRefused(ImportCommand(local_, network_.Write("cut", bytes.substr(0, bytes.size() - 5000))),
                kExitDisk, "it is cut off");
  network_.StartResolver();
  ExpectRefused(ImportCommand(local_, file), kExitRefused, "another resolver is using");
  network_.StopResolver();
  EXPECT_THAT(Run(ImportCommand(local_, file)), HasSubstr("is in force; the old one is removed"));
  ExpectTheSameResultWith("");
}

}  // namespace
}  // namespace blindlink
