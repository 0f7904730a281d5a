// A backup of a resolver that is at work: it is of one moment, is whole or not there, and what is
// restored from it gives the same results and goes on where it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "tests/support/full_disk.h"
#include "tests/support/generated_people.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kRows = 12000;
constexpr int kSharedRows = 8000;

std::vector<std::string> BackupCommand(const TestNetwork& network,
                                       std::vector<std::string> arguments) {
  std::vector<std::string> argv = {ProgramPath("blindlink-resolver"), "backup", "--config",
                                   network / "resolver.textproto"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

Finished Backup(const TestNetwork& network, std::vector<std::string> arguments) {
  return blindlink::Run(BackupCommand(network, std::move(arguments)));
}

Finished Verify(const std::filesystem::path& folder) {
  return blindlink::Run({ProgramPath("blindlink-resolver"), "backup", "--verify", folder});
}

std::vector<std::string> NamesIn(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void Copy(const std::filesystem::path& from, const std::filesystem::path& to) {
  ASSERT_EQ(blindlink::Run({"cp", "-a", from, to}).code, 0);
}

class BackupUnderLoad : public testing::Test {
 protected:
  BackupUnderLoad() {
    north_ = network_.Write("north.csv", GeneratedPeople(1, kRows));
    south_ = network_.Write("south.csv", GeneratedPeople(1 + kRows - kSharedRows, kRows, true));
    std::filesystem::create_directory(backups_);
    network_.CreateProject("calm", ShippedPlan("us-default"));
    UploadBoth("calm");
    network_.Link("calm");
    pairs_ = FetchedOf("run-000001", "pairs");
    entities_ = FetchedOf("run-000001", "entities");
    network_.CreateProject("busy", ShippedPlan("us-default"));
  }

  void UploadBoth(const std::string& project) {
    network_.Upload(project, "north", north_);
    network_.Upload(project, "south", south_);
  }

  std::vector<std::string> Agent(const std::string& site) {
    return network_.Command("blindlink-agent", "site/" + site,
                            network_.RunArguments("busy", site, site == "north" ? north_ : south_));
  }

  // Calls that are entered in the audit log, until it is destroyed.
  Subprocess ManyCalls() {
    std::string call;
    for (const std::string& word : network_.Command("blindlink-resolver", "coordinator/center",
                                                    {"upload", "list", "--project", "busy"})) {
      absl::StrAppend(&call, "'", word, "' ");
    }
    return Subprocess({"bash", "-c", absl::StrCat("while ", call, "; do :; done")});
  }

  void MakeBackup() {
    const std::filesystem::path out = backups_ / absl::StrCat(made_.size());
    const Finished done = Backup(
        network_, {"--out", out, "--keys-out", absl::StrCat(out.string(), "-keys"), "--json", "-"});
    ASSERT_EQ(done.code, kExitOk) << done.err;
    EXPECT_THAT(done.out, HasSubstr("\"was_running\": true"));
    made_.push_back(out);
  }

  // Backups at moments that differ: blocks come, datasets are taken in, a run is in progress.
  void MakeBackupsUnderLoad() {
    Subprocess calls = ManyCalls();
    Subprocess north(Agent("north"));
    Subprocess south(Agent("south"));
    const Finished run = network_.Coordinator({"linkage", "start", "--project", "calm"});
    EXPECT_EQ(run.code, kExitOk) << run.err;
    const std::filesystem::path blocks =
        network_.ProjectFolder("busy") / "uploads" / "north" / "d1" / "blocks-000000.log";
    ASSERT_TRUE(WaitUntil([&] {
      std::error_code none;
      return std::filesystem::file_size(blocks, none) > 0 && !none;
    }));
    north.Signal(SIGSTOP);  // the first one has its upload half done
    MakeBackup();
    north.Signal(SIGCONT);
    while (north.Running() || south.Running()) {
      if (made_.size() < kMostBackups) MakeBackup();
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    ASSERT_EQ(north.Wait(), kExitOk) << north.Stderr();
    ASSERT_EQ(south.Wait(), kExitOk) << south.Stderr();
    ASSERT_TRUE(calls.Running()) << calls.Stderr();
    ASSERT_GE(made_.size(), 2u);
  }

  void Restore(const std::filesystem::path& backup) {
    const std::filesystem::path data = network_ / "restored" / backup.filename();
    std::filesystem::create_directories(data.parent_path());
    Copy(backup, data);
    Copy(backup.string() + "-keys", data / "keys");
    network_.StopResolver();
    network_.Configure(data, "");
    network_.StartResolver();
  }

  // What the researcher fetches, byte for byte.
  std::string FetchedOf(const std::string& run, const std::string& what) {
    const std::filesystem::path file = network_ / absl::StrCat(what, ".csv");
    std::filesystem::remove(file);
    const Finished fetched =
        network_.Researcher({what, "--project", "calm", "--run", run, "--out", file});
    EXPECT_EQ(fetched.code, kExitOk) << fetched.err;
    return ReadFile(file).value_or("");
  }

  std::string StatusOfUpload(const std::string& site) {
    return network_
        .Coordinator({"upload", "status", "--project", "busy", "--site", site, "--dataset", "d1"})
        .out;
  }

  // The sites send again whatever the restored resolver has not got to the end.
  void FinishTheUploads() {
    for (const std::string site : {"north", "south"}) {
      const bool interrupted = absl::StrContains(StatusOfUpload(site), "RECEIVING");
      const Finished sent = blindlink::Run(Agent(site));
      resumed_ += interrupted && absl::StrContains(sent.err, "continuing an interrupted upload");
      if (sent.code == kExitOk) continue;
      EXPECT_THAT(sent.err, AnyOf(HasSubstr("already exists"), HasSubstr("was committed earlier")));
      EXPECT_THAT(StatusOfUpload(site), HasSubstr("COMMITTED"));
    }
  }

  void ExpectTheSame(const std::vector<std::string>& busy_pairs) {
    const Finished log = blindlink::Run(
        {ProgramPath("blindlink-resolver"), "audit", "verify", "--data", network_.data()});
    EXPECT_EQ(log.code, kExitOk) << log.err;
    // It was started before the backups, and is in progress in the first of them.
    const Finished second = network_.Coordinator(
        {"linkage", "status", "--project", "calm", "--run", "run-000002", "--wait"});
    EXPECT_EQ(second.code, kExitOk) << second.err;
    for (const std::string run : {"run-000001", "run-000002"}) {
      EXPECT_EQ(FetchedOf(run, "pairs") == pairs_, true) << "the pairs differ of " << run;
      EXPECT_EQ(FetchedOf(run, "entities") == entities_, true) << "the entities differ of " << run;
    }
    FinishTheUploads();
    network_.Link("busy");
    EXPECT_EQ(network_.Pairs("busy") == busy_pairs, true) << "the pairs of the new run differ";
  }

  static constexpr size_t kMostBackups = 4;
  TestNetwork network_;
  std::filesystem::path north_;
  std::filesystem::path south_;
  const std::filesystem::path backups_ = network_ / "backups";
  std::vector<std::filesystem::path> made_;
  std::string pairs_;
  std::string entities_;
  int resumed_ = 0;  // uploads that went on in the middle
};

TEST_F(BackupUnderLoad, EachBackupRestoredGivesTheSameResultsAndGoesOnWhereItWas) {
  MakeBackupsUnderLoad();
  MakeBackup();
  network_.Link("busy");
  const std::vector<std::string> busy_pairs = network_.Pairs("busy");
  ASSERT_GT(busy_pairs.size(), kSharedRows * 9u / 10);
  for (const std::filesystem::path& backup : made_) {
    SCOPED_TRACE(backup.string());
    const Finished verified = Verify(backup);
    EXPECT_EQ(verified.code, kExitOk) << verified.err;
    EXPECT_EQ(Verify(backup.string() + "-keys").code, kExitOk);
    Restore(backup);
    ExpectTheSame(busy_pairs);
    // Nothing of what the restored resolver did has changed the backup.
    EXPECT_EQ(Verify(backup).code, kExitOk);
    EXPECT_GE(resumed_, 1);  // that of the first one
  }
}

// A small network with a run; its data also hold a large file, so that a backup takes a while.
class BackupOfARun : public testing::Test {
 protected:
  BackupOfARun() {
    std::filesystem::create_directory(backups_);
    network_.CreateProject("flu", ShippedPlan("us-default"));
    network_.Upload("flu", "north", network_.Write("people.csv", GeneratedPeople(1, 500)));
    network_.Link("flu", {"--partial"});
  }

  void ExpectItServes() {
    const Finished health = network_.Coordinator({"health"});
    EXPECT_EQ(health.code, kExitOk) << health.err;
    EXPECT_FALSE(std::filesystem::exists(network_.data() / "backup-in-progress"));
  }

  // A copy of a backup, all of its own.
  std::filesystem::path CopyOf(const std::filesystem::path& backup) {
    std::filesystem::path copy = backup.string() + absl::StrCat("-", ++copies_);
    Copy(backup, copy);
    return copy;
  }

  TestNetwork network_;
  const std::filesystem::path backups_ = network_ / "backups";
  const std::filesystem::path out_ = backups_ / "first";
  int copies_ = 0;
};

void FlipAByte(const std::filesystem::path& file, uintmax_t at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(at));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(at));
  stream.put(static_cast<char>(byte ^ 1));
}

TEST_F(BackupOfARun, HoldsNoIndexKeyIsPrivateAndLinksTheIndex) {
  const Finished done = Backup(network_, {"--out", out_});
  ASSERT_EQ(done.code, kExitOk) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("running, halted for"), HasSubstr("are linked"),
                              HasSubstr("not in it   the keys of indexes and grants")));
  bool linked = false;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(out_)) {
    const bool is_folder = entry.is_directory();
    EXPECT_EQ(entry.status().permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write |
                  (is_folder ? std::filesystem::perms::owner_exec : std::filesystem::perms::none))
        << entry.path();
    if (!is_folder && entry.path().extension() == ".key") {
      EXPECT_EQ(entry.path().filename(), "signing.key");  // the audit log's
    }
    linked |= !is_folder && entry.hard_link_count() == 2;
  }
  EXPECT_TRUE(linked);
  EXPECT_FALSE(std::filesystem::exists(out_ / "keys"));
  // The tools of every machine can check it too.
  EXPECT_EQ(blindlink::Run({"bash", "-c",
                            absl::StrCat("cd '", out_.string(),
                                         "' && sha256sum --check --strict --quiet backup.sha256")})
                .code,
            0);
  ExpectItServes();
}

TEST_F(BackupOfARun, OfAStoppedResolverIsMadeTheSameWay) {
  EXPECT_EQ(network_.StopResolver(), kExitOk);
  const Finished done = Backup(network_, {"--out", out_});
  ASSERT_EQ(done.code, kExitOk) << done.err;
  EXPECT_THAT(done.out, HasSubstr("not running"));
  EXPECT_EQ(Verify(out_).code, kExitOk);
  network_.StartResolver();
  ExpectItServes();
}

TEST_F(BackupOfARun, SaysThatAnIndexOnAClusterIsNotInIt) {
  EXPECT_EQ(network_.StopResolver(), kExitOk);
  const std::filesystem::path index = network_.ProjectFolder("asthma") / "index";
  std::filesystem::create_directories(index);
  std::ofstream(index / "cluster.pb") << "its tables";
  const Finished done = Backup(network_, {"--out", out_});
  ASSERT_EQ(done.code, kExitOk) << done.err;
  constexpr char kWords[] = "the token index of asthma, which is on a cluster";
  EXPECT_THAT(done.out, HasSubstr(absl::StrCat("not in it   ", kWords)));
  EXPECT_THAT(ReadFile(out_ / "backup.sha256").value(),
              HasSubstr(absl::StrCat("# without ", kWords)));
  EXPECT_THAT(Verify(out_).out, HasSubstr(kWords));
}

TEST_F(BackupOfARun, OnAnotherFileSystemIsCopiedAndTheSame) {
  std::string elsewhere = "/dev/shm/blindlink-test-XXXXXX";
  if (mkdtemp(elsewhere.data()) == nullptr) GTEST_SKIP() << "there is no file system in memory";
  const std::filesystem::path out = elsewhere + "/copied";
  const Finished copied = Backup(network_, {"--out", out});
  EXPECT_EQ(copied.code, kExitOk) << copied.err;
  EXPECT_THAT(copied.out, HasSubstr("of which 0 are linked"));
  EXPECT_EQ(Verify(out).code, kExitOk);
  std::filesystem::remove_all(elsewhere);
  ExpectItServes();
}

TEST_F(BackupOfARun, IsRefusedWhereItCouldOverwriteOrContainItself) {
  ASSERT_EQ(Backup(network_, {"--out", out_}).code, kExitOk);
  const Finished again = Backup(network_, {"--out", out_});
  EXPECT_EQ(again.code, kExitRefused);
  EXPECT_THAT(again.err, HasSubstr("already exists: choose another name"));
  const Finished inside = Backup(network_, {"--out", network_.data() / "projects" / "x"});
  EXPECT_EQ(inside.code, kExitBadInput);
  EXPECT_THAT(inside.err, HasSubstr("put the backup elsewhere"));
  const Finished nowhere = Backup(network_, {"--out", backups_ / "no" / "folder"});
  EXPECT_EQ(nowhere.code, kExitRefused);
  EXPECT_THAT(NamesIn(backups_), ElementsAre("first"));
  ExpectItServes();
}

TEST_F(BackupOfARun, KilledLeavesNothingUnderItsNameAndTheResolverServes) {
  const std::filesystem::path ballast = network_.data() / "ballast";
  ASSERT_EQ(blindlink::Run({"fallocate", "-l", "400M", ballast}).code, 0);
  const std::filesystem::path partial = out_.string() + ".partial";
  {
    Subprocess backup(BackupCommand(network_, {"--out", out_}));
    ASSERT_TRUE(WaitUntil([&] { return std::filesystem::exists(partial / "ballast"); }));
    backup.Signal(SIGKILL);
    ASSERT_EQ(backup.Wait(), -SIGKILL);
  }
  EXPECT_FALSE(std::filesystem::exists(out_));
  EXPECT_EQ(network_.Coordinator({"health"}).code, kExitOk);
  const Finished unfinished = Verify(partial);
  EXPECT_EQ(unfinished.code, kExitRefused);
  EXPECT_THAT(unfinished.err, HasSubstr("not finished"));
  const Finished same = Backup(network_, {"--out", out_});
  EXPECT_THAT(same.err, HasSubstr("what a backup left that was killed"));
  std::filesystem::remove_all(partial);
  std::filesystem::remove(ballast);
  ASSERT_EQ(Backup(network_, {"--out", out_}).code, kExitOk);
  EXPECT_EQ(Verify(out_).code, kExitOk);
  ExpectItServes();
}

TEST_F(BackupOfARun, KilledLeavesSecondNamesThatTheNextStartOfTheResolverRemoves) {
  const std::filesystem::path ballast = network_.data() / "ballast";
  ASSERT_EQ(blindlink::Run({"fallocate", "-l", "400M", ballast}).code, 0);
  Subprocess backup(BackupCommand(network_, {"--out", out_}));
  ASSERT_TRUE(
      WaitUntil([&] { return std::filesystem::exists(out_.string() + ".partial/ballast"); }));
  const Finished second = Backup(network_, {"--out", backups_ / "second"});
  EXPECT_EQ(second.code, kExitRefused);
  EXPECT_THAT(second.err, HasSubstr("another backup"));
  backup.Signal(SIGKILL);
  ASSERT_EQ(backup.Wait(), -SIGKILL);
  EXPECT_TRUE(std::filesystem::exists(network_.data() / "backup-in-progress"));
  network_.StopResolver();
  network_.StartResolver();
  ExpectItServes();
}

TEST_F(BackupOfARun, AnyDamageIsFoundAndNamed) {
  ASSERT_EQ(Backup(network_, {"--out", out_}).code, kExitOk);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(out_)) {
    if (!entry.is_regular_file() || entry.file_size() == 0) continue;
    const std::filesystem::path name = entry.path().lexically_relative(out_);
    const std::filesystem::path copy = CopyOf(out_);
    FlipAByte(copy / name, entry.file_size() / 2);
    const Finished found = Verify(copy);
    EXPECT_EQ(found.code, kExitDisk) << name;
    EXPECT_THAT(found.err, HasSubstr(name)) << found.err;
    std::filesystem::remove_all(copy);
  }
  const std::filesystem::path less = CopyOf(out_);
  std::filesystem::remove(less / "projects" / "flu" / "notes.pb");
  EXPECT_THAT(Verify(less).err, HasSubstr("projects/flu/notes.pb is missing"));
  const std::filesystem::path more = CopyOf(out_);
  std::ofstream(more / "projects" / "flu" / "dropped.pb") << "x";
  EXPECT_THAT(Verify(more).err, HasSubstr("projects/flu/dropped.pb does not belong to it"));
  EXPECT_EQ(Verify(out_).code, kExitOk);
}

TEST_F(BackupOfARun, OnAFullDiskSaysSoLeavesNothingAndWorksOnceThereIsRoom) {
  FullDisk disk(network_ / "disk", backups_);
  std::vector<std::string> argv = disk.Prefix();
  const std::vector<std::string> command =
      BackupCommand(network_, {"--out", out_, "--keys-out", backups_ / "keys"});
  argv.insert(argv.end(), command.begin(), command.end());
  uint64_t after = 0;
  for (; after < 1000; after += 1 + after / 2) {
    disk.FillAfter(after);
    const uint64_t before = disk.refused();
    const Finished full = blindlink::Run(argv);
    if (disk.refused() == before) {
      EXPECT_EQ(full.code, kExitOk) << full.err;
      break;
    }
    EXPECT_EQ(full.code, kExitDisk) << after << full.err;
    EXPECT_THAT(full.err, HasSubstr("No space left"));
    EXPECT_THAT(NamesIn(backups_), IsEmpty()) << after;
    ExpectItServes();
  }
  EXPECT_GT(after, 10u);
  EXPECT_EQ(Verify(out_).code, kExitOk);
  EXPECT_EQ(Verify(backups_ / "keys").code, kExitOk);
}

}  // namespace
}  // namespace blindlink
