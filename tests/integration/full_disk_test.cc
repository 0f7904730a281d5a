// When a disk is full, nothing is left half visible, and the same command succeeds once there is
// room.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/generated_people.h"
#include "tests/support/small_disk.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct FullDiskCase {
  std::string name;
  double share;       // share of the blocks' size for which the disk has room
  std::string state;  // the upload's state when the disk is full
};
void PrintTo(const FullDiskCase& moment, std::ostream* out) { *out << moment.name; }

class FullDisk : public testing::TestWithParam<FullDiskCase> {
 protected:
  static constexpr int kPeople = 10000;

  static double SizeOfTokens(const std::string& people) {
    TestNetwork network;
    const std::filesystem::path file = network / "people.bltok";
    std::vector<std::string> tokenize = network.TokenizeArguments(
        "flu", "north", network.Write("people.csv", people), ShippedPlan("us-default"), file);
    tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
    EXPECT_EQ(blindlink::Run(tokenize).code, kExitOk);
    return static_cast<double>(std::filesystem::file_size(file));
  }
};

TEST_P(FullDisk, TheSiteIsToldAndTheUploadGoesOnWhereItStoppedOnceThereIsRoom) {
  const std::string people = GeneratedPeople(1, kPeople);
  TemporaryFolder folder;
  constexpr uintmax_t kForTheProject = 24 << 20;
  constexpr uintmax_t kWithoutBlocks = 1 << 20;  // RocksDB's own
  const auto size = static_cast<uintmax_t>(GetParam().share * SizeOfTokens(people));
  SmallDisk disk(folder / "disk", absl::StrCat(kForTheProject + size));
  if (!disk.mounted()) GTEST_SKIP() << "a file system cannot be mounted here: run as root";
  TestNetwork::Options options;
  options.data_directory = folder / "disk" / "data";
  TestNetwork network(options);
  network.CreateProject("flu", ShippedPlan("us-default"));
  disk.TakeTheRest(kWithoutBlocks + size);
  const auto run = network.RunArguments("flu", "north", network.Write("people.csv", people));
  const Finished full = network.Agent("site/north", run);
  EXPECT_EQ(full.code, kExitDisk) << full.err;
  EXPECT_THAT(full.err, HasSubstr("No space left"));
  const Finished status = network.Coordinator(
      {"upload", "status", "--project", "flu", "--site", "north", "--dataset", "d1"});
  EXPECT_THAT(status.out, HasSubstr(GetParam().state));

  disk.Grow();  // or the audit log has no room for the call
  const Finished linked = network.Coordinator({"linkage", "start", "--project", "flu"});
  EXPECT_THAT(linked.err, HasSubstr("nothing is committed yet"));
  const Finished again = network.Agent("site/north", run);
  EXPECT_EQ(again.code, kExitOk) << again.err;
  EXPECT_THAT(again.err, HasSubstr("continuing an interrupted upload"));
  EXPECT_THAT(again.out, HasSubstr(absl::StrCat("committed, ", kPeople, " records")));
  network.Link("flu", {"--partial"});
  EXPECT_EQ(network.FetchedLines("entities", "flu").size(), 1u + kPeople);
  EXPECT_EQ(network.StopResolver(), kExitOk);
}

INSTANTIATE_TEST_SUITE_P(Moments, FullDisk,
                         testing::Values(FullDiskCase{"WhileBlocksCome", 0.5, "RECEIVING"},
                                         FullDiskCase{"WhileTheyAreTakenIn", 1.2, "INGEST_FAILED"}),
                         [](const auto& info) { return info.param.name; });

// There is room when the ingest checks, but another program then takes it.
TEST(FullDiskInMidIngest, LeavesNothingHalfVisibleAndTheSameUploadIsTakenInOnceThereIsRoom) {
  constexpr int kPeople = 20000;
  TemporaryFolder folder;
  SmallDisk disk(folder / "disk", "400m");
  if (!disk.mounted()) GTEST_SKIP() << "a file system cannot be mounted here: run as root";
  TestNetwork::Options options;
  options.data_directory = folder / "disk" / "data";
  TestNetwork network(options);
  network.CreateProject("flu", ShippedPlan("us-default"));
  const auto run = network.RunArguments("flu", "north",
                                        network.Write("people.csv", GeneratedPeople(1, kPeople)));
  const std::filesystem::path incoming = network.ProjectFolder("flu") / "index" / "incoming";

  Subprocess agent(network.Command("blindlink-agent", "site/north", run));
  ASSERT_TRUE(WaitUntil([&] { return !std::filesystem::is_empty(incoming); }));
  network.resolver().Signal(SIGSTOP);
  disk.TakeTheRest();
  network.resolver().Signal(SIGCONT);
  EXPECT_TRUE(WaitUntil(
      [&] { return absl::StrContains(network.ResolverLog(), "event=ingest-failed project=flu"); }));
  // Otherwise the audit log may have no room for the call by which the site learns of it.
  disk.GiveBack();
  EXPECT_EQ(agent.Wait(), kExitDisk) << agent.Stderr();
  EXPECT_THAT(agent.Stderr(), AllOf(HasSubstr("No space left"), Not(HasSubstr("needs about"))));
  const Finished status = network.Coordinator(
      {"upload", "status", "--project", "flu", "--site", "north", "--dataset", "d1"});
  EXPECT_THAT(status.out, HasSubstr("INGEST_FAILED"));
  EXPECT_TRUE(std::filesystem::is_empty(incoming));

  const Finished linked = network.Coordinator({"linkage", "start", "--project", "flu"});
  EXPECT_THAT(linked.err, HasSubstr("nothing is committed yet"));
  const Finished again = network.Agent("site/north", run);
  EXPECT_EQ(again.code, kExitOk) << again.err;
  EXPECT_THAT(again.out, HasSubstr(absl::StrCat("committed, ", kPeople, " records")));
  network.Link("flu", {"--partial"});
  EXPECT_EQ(network.FetchedLines("entities", "flu").size(), 1u + kPeople);
  EXPECT_EQ(network.StopResolver(), kExitOk);
}

TEST(FullDiskOfASite, ATokenFileThatDoesNotFitLeavesNothingAndIsMadeOnceThereIsRoom) {
  TemporaryFolder folder;
  SmallDisk disk(folder / "disk", "1m");
  if (!disk.mounted()) GTEST_SKIP() << "a file system cannot be mounted here: run as root";
  TestNetwork network;
  const std::filesystem::path out = folder / "disk" / "t.bltok";
  std::vector<std::string> tokenize = network.TokenizeArguments(
      "flu", "north", network.Write("people.csv", GeneratedPeople(1, 20000)),
      ShippedPlan("us-default"), out);
  tokenize.insert(tokenize.begin(), ProgramPath("blindlink-agent"));
  const Finished full = blindlink::Run(tokenize);
  EXPECT_EQ(full.code, kExitDisk) << full.err;
  EXPECT_THAT(full.err, HasSubstr("No space left"));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "disk"));
  disk.Grow();
  EXPECT_EQ(blindlink::Run(tokenize).code, kExitOk);
  EXPECT_TRUE(std::filesystem::exists(out));
}

TEST(FullDiskOfAResearcher, AFetchThatDoesNotFitGoesOnOnceThereIsRoom) {
  TemporaryFolder folder;
  SmallDisk disk(folder / "disk", "1m");
  if (!disk.mounted()) GTEST_SKIP() << "a file system cannot be mounted here: run as root";
  TestNetwork network;
  network.CreateProject("flu", ShippedPlan("us-default"));
  network.Upload("flu", "north", network.Write("people.csv", GeneratedPeople(1, 20000)));
  network.Link("flu", {"--partial"});
  const std::filesystem::path whole = network / "whole.csv";
  ASSERT_EQ(network.Researcher({"entities", "--project", "flu", "--out", whole}).code, kExitOk);
  const std::filesystem::path out = folder / "disk" / "entities.csv";
  const Finished full = network.Researcher({"entities", "--project", "flu", "--out", out});
  EXPECT_EQ(full.code, kExitDisk) << full.err;
  EXPECT_THAT(full.err, HasSubstr("No space left"));
  EXPECT_FALSE(std::filesystem::exists(out));
  disk.Grow();
  const Finished again = network.Researcher({"entities", "--project", "flu", "--out", out});
  EXPECT_EQ(again.code, kExitOk) << again.err;
  EXPECT_EQ(ReadFile(out).value() == ReadFile(whole).value(), true) << "the files differ";
}

}  // namespace
}  // namespace blindlink
