// The disk is full from a chosen call on, at seeded places of everything that the resolver and the
// researcher write: nothing that was acknowledged is lost, nothing is half visible, the program
// goes on or ends with an explanation, and the same command succeeds once there is room.
//
// BLINDLINK_DISK_FAULTS=300 tries that many places; 30 otherwise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/full_disk.h"
#include "tests/support/generated_people.h"
#include "tests/support/sanitizers.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

constexpr int kPeople = 300;

// What the parties do, in order. Each step is one command, or the resolver's start.
enum Step { kCreate, kUploadNorth, kUploadSouth, kRun, kRestart, kFetch };
constexpr std::array kSteps = {kCreate, kUploadNorth, kUploadSouth, kRun, kRestart, kFetch};
constexpr const char* kNames[] = {"create", "upload-north", "upload-south",
                                  "run",    "restart",      "fetch"};

int Places() {
  int places = kSanitized ? 12 : 30;
  const char* wanted = getenv("BLINDLINK_DISK_FAULTS");
  if (wanted != nullptr && !absl::SimpleAtoi(wanted, &places)) abort();
  return places;
}

class DiskFaults : public testing::Test {
 protected:
  DiskFaults() {
    std::filesystem::create_directories(disk());
    full_ = std::make_unique<FullDisk>(folder_ / "state", disk());
    TestNetwork::Options options;
    options.data_directory = disk() / "data";
    options.more_configuration = absl::StrCat("log_file: \"", (disk() / "log").string(), "\"\n");
    options.resolver_prefix = full_->Prefix();
    network_ = std::make_unique<TestNetwork>(options);
    north_ = network_->Write("north.csv", GeneratedPeople(1, kPeople));
    south_ = network_->Write("south.csv", GeneratedPeople(100, kPeople, true));
    plan_ = ShippedPlan("us-default");
  }

  std::filesystem::path disk() const { return folder_ / "disk"; }
  std::filesystem::path out() const { return disk() / "pairs.csv"; }

  // Does the step's command.
  Finished Do(Step step) {
    switch (step) {
      case kCreate:
        return network_->Coordinator({"project", "create", "--name", "flu", "--plan", plan_,
                                      "--site", "north", "--site", "south", "--researcher",
                                      "study"});
      case kUploadNorth:
        return Upload("north", north_);
      case kUploadSouth:
        return Upload("south", south_);
      case kRun:
        return network_->Coordinator({"linkage", "start", "--project", "flu", "--wait"});
      case kRestart:
        return Restart();
      case kFetch:
        return Fetch();
    }
    abort();
  }

  // An agent waits for a resolver that takes no calls; it gets room for its log after a while.
  Finished Upload(const std::string& site, const std::filesystem::path& file) {
    Subprocess agent(network_->Command("blindlink-agent", "site/" + site,
                                       network_->RunArguments("flu", site, file)));
    if (!WaitUntil([&] { return !agent.Running(); }, std::chrono::seconds(5))) full_->MakeRoom();
    const int code = agent.Wait(std::chrono::seconds(120));
    return {code, "", agent.Stderr()};
  }

  // Ends the resolver if it runs, and starts it again on the disk as it is now.
  Finished Restart() {
    Stop();
    std::filesystem::remove(*network_ / "port");
    Subprocess resolver(network_->ServeCommand());
    const bool serves = resolver.WaitForFile(*network_ / "port", std::chrono::seconds(5));
    if (serves) resolver.Signal(SIGTERM);
    const int code = resolver.Wait(std::chrono::seconds(20));
    return {code, "", resolver.Stderr() + ReadFile(disk() / "log").value_or("")};
  }

  Finished Fetch() {
    std::vector<std::string> argv = full_->Prefix();
    for (std::string& argument : network_->Command("blindlink-researcher", "researcher/study",
                                                   {"pairs", "--project", "flu", "--out", out()})) {
      argv.push_back(std::move(argument));
    }
    return blindlink::Run(argv);
  }

  void EnsureResolver() {
    if (!running_) network_->StartResolver();
    running_ = true;
  }
  void Stop() {
    if (running_) {
      EXPECT_EQ(network_->StopResolver(), kExitOk);
    }
    running_ = false;
  }

  // The disk as it is before a step.
  std::filesystem::path KeptBefore(Step step) const { return folder_ / "kept" / kNames[step]; }
  static void Copy(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::filesystem::remove_all(to);
    std::filesystem::create_directories(to.parent_path());
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  }

  // All steps on a disk with room: how many calls each makes, and the result.
  void MakeReference() {
    for (const Step step : kSteps) {
      Stop();
      Copy(disk(), KeptBefore(step));
      if (step != kRestart) EnsureResolver();
      const uint64_t before = full_->calls();
      const Finished done = Do(step);
      ASSERT_EQ(done.code, kExitOk) << kNames[step] << done.out << done.err;
      calls_[step] = full_->calls() - before;
    }
    EnsureResolver();
    pairs_ = network_->Pairs("flu");
    entities_ = network_->Entities("flu");
    ASSERT_FALSE(pairs_.empty());
  }

  void ExpectExplained(Step step, const Finished& first) {
    if (running_ && !network_->resolver().Running()) {
      const std::string said = network_->resolver().Stderr();
      EXPECT_EQ(network_->StopResolver(), kExitDisk);
      running_ = false;
      EXPECT_THAT(said, HasSubstr("event=server-aborted"));
      ++aborted_[step];
      return;
    }
    if (first.code == kExitOk) return;
    if (first.code == kExitUnavailable) {
      EXPECT_THAT(first.err, HasSubstr("cannot write its log")) << first.out;
      return;
    }
    EXPECT_EQ(first.code, kExitDisk) << first.out << first.err;
    EXPECT_THAT(first.err, AnyOf(HasSubstr("No space left"), HasSubstr("no space left"),
                                 HasSubstr("event=server-aborted")));
    if (absl::StrContains(first.err, "event=server-aborted")) ++aborted_[step];
  }

  // The same command once there is room. What was done before its answer was lost may be named.
  void ExpectItSucceedsNow(Step step, const Finished& first) {
    const Finished again = Do(step);
    const bool done_before = again.code == kExitRefused &&
                             (step == kCreate || step == kUploadNorth || step == kUploadSouth);
    EXPECT_TRUE(again.code == kExitOk || done_before)
        << again.code << again.out << again.err << "\nfirst: " << first.out << first.err;
    if (done_before) {
      EXPECT_THAT(again.err,
                  AnyOf(HasSubstr("already exists"), HasSubstr("was committed earlier")));
    }
  }

  void TryPlace(Step step, uint64_t at, bool kill) {
    Stop();
    Copy(KeptBefore(step), disk());
    // An older copy of the audit log is what it is meant to show.
    std::filesystem::remove_all(network_->Witnesses());
    if (step != kRestart) EnsureResolver();
    full_->FillAfter(at);
    const Finished first = Do(step);
    ExpectExplained(step, first);
    if (kill && running_) {
      network_->KillResolver();
      running_ = false;
    }
    full_->MakeRoom();
    EnsureResolver();
    if (first.code != kExitOk || step == kRestart) ExpectItSucceedsNow(step, first);
    EnsureResolver();
    for (const Step later : kSteps) {
      if (later <= step || later == kRestart) continue;
      const Finished done = Do(later);
      EXPECT_EQ(done.code, kExitOk) << kNames[later] << done.out << done.err;
    }
    EXPECT_EQ(network_->Pairs("flu") == pairs_, true) << "the pairs differ";
    EXPECT_EQ(network_->Entities("flu") == entities_, true) << "the entities differ";
  }

  TemporaryFolder folder_;
  std::unique_ptr<FullDisk> full_;
  std::unique_ptr<TestNetwork> network_;
  bool running_ = true;
  std::filesystem::path north_;
  std::filesystem::path south_;
  std::filesystem::path plan_;
  // How often an assertion of RocksDB ended the resolver, with an explanation.
  int aborted_[kSteps.size()] = {};
  uint64_t calls_[kSteps.size()] = {};
  std::vector<std::string> pairs_;
  std::vector<std::string> entities_;
};

TEST_F(DiskFaults, NothingAcknowledgedIsLostAndTheSameCommandSucceedsOnceThereIsRoom) {
  MakeReference();
  std::mt19937_64 random(20260314);
  const int places = Places();
  int met = 0;
  // How often a client asks for progress, and thus how many entries the audit log gets, varies. For
  // a place that no call came to, another one is tried.
  int tried = 0;
  for (; tried < places * 2 && met < places && !HasFailure(); ++tried) {
    const int i = tried;
    const Step step = kSteps[static_cast<size_t>(i) % kSteps.size()];
    const uint64_t at = random() % std::max<uint64_t>(1, calls_[step]);
    const bool kill = random() % 2 == 0;
    SCOPED_TRACE(absl::StrCat("place ", i, ": ", kNames[step], ", call ", at, " of ", calls_[step],
                              kill ? ", killed" : ""));
    const uint64_t refused = full_->refused();
    TryPlace(step, at, kill);
    met += full_->refused() > refused ? 1 : 0;
  }
  EXPECT_EQ(met, places) << "too few places met a full disk";
  Stop();
  printf(
      "%d places, %d of them met a full disk; an assertion ended the resolver, with an "
      "explanation:",
      tried, met);
  for (const Step step : kSteps) printf(" %s %d", kNames[step], aborted_[step]);
  printf("\n");
}

// The last calls of an upload are those that add its dataset to the index. One that fails may have
// put the dataset there all the same.
TEST_F(DiskFaults, AKillAfterADatasetCouldNotBeAddedLeavesAnIndexThatOpens) {
  MakeReference();
  constexpr uint64_t kLast = 36;
  constexpr uint64_t kStep = kSanitized ? 12 : 3;
  for (uint64_t left = kStep; left <= kLast && !HasFailure(); left += kStep) {
    const uint64_t at = calls_[kUploadNorth] - left;
    SCOPED_TRACE(absl::StrCat("call ", at, " of ", calls_[kUploadNorth]));
    TryPlace(kUploadNorth, at, /*kill=*/true);
  }
}

}  // namespace
}  // namespace blindlink
