// The audit log over real programs: what it holds, who sees what, and what happens when somebody
// changes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "blindlink/v1/audit_service.grpc.pb.h"
#include "common/audit/witness.h"
#include "common/base/files.h"
#include "common/cli/exit_code.h"
#include "common/rpc/unary_call.h"
#include "tests/integration/hostile_client.h"
#include "tests/integration/raw_client.h"
#include "tests/support/full_disk.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kPeople[] =
    "record_id,first_name,last_name,street_address,zip,date_of_birth\n"
    "1,Anna,Miller,12 Oak Street,02139,1970-03-04\n";

void CopyFolder(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
}

class TheAuditLog : public testing::Test {
 protected:
  Finished Create(const std::string& project) {
    return network_.Coordinator({"project", "create", "--name", project, "--plan",
                                 ShippedPlan("mini-sentinel-phase2"), "--site", "north",
                                 "--researcher", "study"});
  }
  Finished Audit(std::vector<std::string> arguments, const std::filesystem::path& data) {
    std::vector<std::string> argv = {ProgramPath("blindlink-resolver"), "audit"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    argv.insert(argv.end(), {"--data", data});
    return blindlink::Run(argv);
  }
  Finished Verify() {
    std::vector<std::string> arguments = {"verify"};
    for (const std::string& file : WitnessFiles()) {
      arguments.insert(arguments.end(), {"--witness", file});
    }
    return Audit(arguments, network_.data());
  }
  std::vector<std::string> WitnessFiles() {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(network_.Witnesses())) {
      const std::string path = entry.path();
      if (absl::EndsWith(path, ".lock") || absl::StrContains(path, "contradiction")) continue;
      files.push_back(path);
    }
    return files;
  }
  std::vector<std::string> Rows() {
    const Finished exported = Audit({"export", "--format", "csv"}, network_.data());
    EXPECT_EQ(exported.code, kExitOk) << exported.err;
    return absl::StrSplit(exported.out, '\n', absl::SkipEmpty());
  }
  // The entries that the only witness has seen.
  size_t RowsSeen() {
    EXPECT_EQ(WitnessFiles().size(), 1u);
    const std::string json = ReadFile(WitnessFiles()[0]).value();
    return Witness::Parse(json, "the witness")->heads().rbegin()->size();
  }
  // Starts the resolver on what is there, expecting that it ends by itself.
  Finished StartInVain() {
    Subprocess resolver(network_.ServeCommand());
    const int code = resolver.Wait(std::chrono::seconds(60));
    return {code, "", resolver.Stderr()};
  }
  std::filesystem::path Entries() const { return network_.data() / "audit/entries"; }

  TestNetwork network_;
};

TEST_F(TheAuditLog, HasEveryDecisionWithPartyObjectAndOutcome) {
  ASSERT_EQ(Create("flu").code, kExitOk);
  network_.Upload("flu", "north", network_.Write("people.csv", kPeople));
  network_.Link("flu");
  network_.FetchedLines("entities", "flu");
  EXPECT_EQ(network_.Agent("site/south", {"discard", "--project", "flu", "--dataset", "d1"}).code,
            kExitRefused);
  EXPECT_EQ(blindlink::Run(network_.Command("blindlink-resolver", "site/north",
                                            {"linkage", "start", "--project", "flu"}))
                .code,
            kExitRefused);
  const std::vector<std::string> rows = Rows();
  EXPECT_THAT(rows[1], AllOf(testing::StartsWith("0,"), HasSubstr("RESOLVER_STARTED")));
  const auto row = [](const std::string& kind, const std::string& party, const std::string& method,
                      const std::string& end) {
    return AllOf(HasSubstr(absl::StrCat(",", kind, ",spiffe://blindlink/", party, ",")),
                 HasSubstr(method + ","), testing::EndsWith(end));
  };
  EXPECT_THAT(rows, Contains(row("CALL_BEGUN", "coordinator/center", "Project/CreateProject",
                                 "project=flu,,,,")));
  EXPECT_THAT(rows, Contains(row("CALL_BEGUN", "site/north", "Upload/UploadBlocks",
                                 "project=flu dataset=d1,,,,")));
  EXPECT_THAT(rows, Contains(row("CALL_BEGUN", "researcher/study", "Result/GetEntityMap",
                                 "project=flu run=run-000001,,,,")));
  EXPECT_THAT(
      rows, Contains(row("CALL_DENIED", "site/north", "Linkage/StartLinkage", "project=flu,7,,,")));
  // An outcome names the call's beginning.
  EXPECT_THAT(rows, Contains(AllOf(HasSubstr("CALL_ANSWERED,spiffe://blindlink/site/south"),
                                   ContainsRegex(",5,[0-9]+,,$"))));
  for (const std::string& one : rows) EXPECT_THAT(one, Not(HasSubstr("Miller")));
  const Finished verified = Verify();
  EXPECT_EQ(verified.code, kExitOk) << verified.err;
  EXPECT_THAT(verified.out, HasSubstr("witnesses  1 agree"));
}

TEST_F(TheAuditLog, IsExportedByProjectAndFetchedAndCheckedByTheCoordinator) {
  ASSERT_EQ(Create("flu").code, kExitOk);
  ASSERT_EQ(Create("asthma").code, kExitOk);
  const Finished lines = Audit({"export", "--project", "asthma"}, network_.data());
  EXPECT_THAT(lines.out,
              AllOf(HasSubstr("\"objects\": \"project=asthma\""), Not(HasSubstr("flu"))));
  const Finished fetched = network_.Coordinator({"audit", "fetch", "--format", "csv"});
  EXPECT_EQ(fetched.code, kExitOk) << fetched.err;
  EXPECT_THAT(fetched.out, AllOf(HasSubstr("project=flu"), HasSubstr("project=asthma")));
  EXPECT_EQ(
      blindlink::Run(network_.Command("blindlink-resolver", "site/north", {"audit", "fetch"})).code,
      kExitRefused);
  const Finished proof = Audit({"proof", "--entry", "1"}, network_.data());
  EXPECT_EQ(proof.code, kExitOk) << proof.err;
  EXPECT_THAT(proof.out, AllOf(HasSubstr("\"signature\""), HasSubstr("\"proof\"")));
  EXPECT_NE(Audit({"proof", "--entry", "100000"}, network_.data()).code, kExitOk);
  const std::string key(absl::StripAsciiWhitespace(Audit({"key"}, network_.data()).out));
  EXPECT_EQ(key.size(), 64u);
  EXPECT_EQ(Audit({"verify", "--key", key}, network_.data()).code, kExitOk);
  EXPECT_EQ(Audit({"verify", "--key", std::string(64, '0')}, network_.data()).code, kExitDisk);
}

TEST_F(TheAuditLog, GivesProofsThatAreCheckedWithoutIt) {
  ASSERT_EQ(Create("flu").code, kExitOk);
  const std::string key(absl::StripAsciiWhitespace(Audit({"key"}, network_.data()).out));
  const Finished proof = Audit({"proof", "--entry", "1"}, network_.data());
  ASSERT_EQ(proof.code, kExitOk) << proof.err;
  const auto verify = [&](const std::string& json, std::vector<std::string> more) {
    std::vector<std::string> arguments = {ProgramPath("blindlink-resolver"), "audit", "verify",
                                          "--proof", network_.Write("proof.json", json)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return blindlink::Run(arguments);
  };
  const Finished right = verify(proof.out, {"--key", key});
  EXPECT_EQ(right.code, kExitOk) << right.err;
  EXPECT_THAT(right.out, AllOf(ContainsRegex("\"index\": *\"1\""), HasSubstr(key),
                               HasSubstr("signed"), Not(HasSubstr("note:"))));
  EXPECT_THAT(verify(proof.out, {}).out, HasSubstr("anybody can sign with a key of his own"));

  const Finished of_another = verify(proof.out, {"--key", std::string(64, '0')});
  EXPECT_EQ(of_another.code, kExitDisk);
  EXPECT_THAT(of_another.err, HasSubstr("the proof proves nothing: its head is signed by key"));
  std::string changed = proof.out;
  const size_t entry = changed.find("\"entry\": \"") + 20;
  changed[entry] = changed[entry] == 'A' ? 'B' : 'A';
  EXPECT_EQ(verify(changed, {"--key", key}).code, kExitDisk);
  EXPECT_THAT(verify("{}{", {}).err, HasSubstr("is not a proof"));
  EXPECT_NE(blindlink::Run({ProgramPath("blindlink-resolver"), "audit", "verify"}).code, kExitOk);
}

TEST_F(TheAuditLog, GivesReceiptsToTheirPartyAlone) {
  ASSERT_EQ(Create("flu").code, kExitOk);
  RawClient(network_, "site/north").Discard("flu", "d7", "").IgnoreError();
  uint64_t of_north = 0;
  for (const std::string& row : Rows()) {
    const std::vector<std::string> cells = absl::StrSplit(row, ',');
    if (cells[2] == "CALL_BEGUN" && absl::StrContains(row, "site/north")) {
      of_north = std::stoull(cells[0]);
    }
  }
  const auto ask = [&](const std::string& party) {
    const auto stub = v1::Audit::NewStub(HostileClient(network_, party).channel());
    v1::GetAuditReceiptRequest request;
    request.add_entries(of_north);
    return UnaryCall(*stub, &v1::Audit::Stub::GetReceipt, request).status().code();
  };
  EXPECT_EQ(ask("site/north"), absl::StatusCode::kOk);
  EXPECT_EQ(ask("coordinator/center"), absl::StatusCode::kOk);
  EXPECT_EQ(ask("site/south"), absl::StatusCode::kNotFound);
  EXPECT_EQ(ask("researcher/study"), absl::StatusCode::kNotFound);
}

TEST_F(TheAuditLog, SurvivesAKilledResolver) {
  ASSERT_EQ(Create("flu").code, kExitOk);
  network_.KillResolver();
  std::ofstream(Entries(), std::ios::app | std::ios::binary) << std::string("\0\0\0\x50torn", 8);
  network_.StartResolver();
  EXPECT_THAT(network_.ResolverLog(), HasSubstr("event=audit-log-end-cut bytes=8"));
  EXPECT_EQ(Create("asthma").code, kExitOk);
  EXPECT_EQ(Verify().code, kExitOk);
}

TEST_F(TheAuditLog, HasEveryCallOverItsPartysLimitAlsoTheLastOnes) {
  ASSERT_EQ(network_.StopResolver(), kExitOk);
  network_.Configure(network_.data(), "max_calls_per_party_per_second: 20 ");
  network_.StartResolver();
  RawClient north(network_, "site/north");
  uint64_t refused = 0;
  for (int i = 0; i < 300; ++i) {
    refused += absl::IsUnavailable(north.ListUploads("flu")) ? 1 : 0;
  }
  EXPECT_GT(refused, 100u);
  ASSERT_EQ(network_.StopResolver(), kExitOk);
  uint64_t entered = 0;
  size_t entries = 0;
  for (const std::string& row : Rows()) {
    const std::vector<std::string> cells = absl::StrSplit(row, ',');
    if (cells[2] != "CALLS_OVER_LIMIT") continue;
    EXPECT_EQ(cells[3], "spiffe://blindlink/site/north");
    entered += std::stoull(cells[9]);
    ++entries;
  }
  EXPECT_EQ(entered, refused);
  EXPECT_LE(entries, 3u);
}

// --- tampering -----------------------------------------------------------------------------------

// The frames of a file of entries, each with what it says; the first is the beginning of the file.
std::vector<std::string> FramesOf(const std::string& bytes) {
  std::vector<std::string> frames = {bytes.substr(0, 44)};
  for (size_t at = 44; at + 8 <= bytes.size(); at += frames.back().size()) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    frames.push_back(bytes.substr(at, 8 + byte(2) * 256u + byte(3)));
  }
  return frames;
}

TEST_F(TheAuditLog, KeepsTheResolverFromStartingOnceItWasChangedAndSaysHow) {
  ASSERT_EQ(Create("flu").code, kExitOk);
  ASSERT_EQ(Create("asthma").code, kExitOk);
  ASSERT_EQ(network_.StopResolver(), kExitOk);
  const std::vector<std::string> good = FramesOf(ReadFile(Entries()).value());
  ASSERT_GT(good.size(), 6u);
  const auto changed_to = [&](const std::vector<std::string>& frames, const std::string& why) {
    std::string bytes;
    for (const std::string& frame : frames) bytes += frame;
    ASSERT_TRUE(WriteFileAtomically(Entries(), bytes, 0600).ok());
    for (const Finished& finished : {StartInVain(), Verify()}) {
      EXPECT_EQ(finished.code, kExitDisk) << why;
      EXPECT_THAT(finished.err, HasSubstr(why));
    }
  };
  std::vector<std::string> bad = good;
  bad[3][20] ^= 1;
  changed_to(bad, "entry 2, at byte ");
  bad = good;
  bad.erase(bad.begin() + 3);
  changed_to(bad, "1 entries were removed");
  bad = good;
  std::swap(bad[2], bad[4]);
  changed_to(bad, "entries were put in another order");
  bad = good;
  bad.pop_back();
  changed_to(bad, "was cut off");
  std::string bytes;
  for (const std::string& frame : good) bytes += frame;
  ASSERT_TRUE(WriteFileAtomically(Entries(), bytes, 0600).ok());
  EXPECT_EQ(Verify().code, kExitOk);
}

TEST_F(TheAuditLog, OfABackupIsFoundByWhoSawMore) {
  ASSERT_EQ(Create("flu").code, kExitOk);
  ASSERT_EQ(network_.StopResolver(), kExitOk);
  CopyFolder(network_.data(), network_ / "backup");
  network_.StartResolver();
  // So much more that the first commands after the rollback do not reach it.
  for (int i = 0; i < 6; ++i) {
    const Finished honest = Create(absl::StrCat("asthma", i));
    ASSERT_EQ(honest.code, kExitOk) << honest.err;
  }
  ASSERT_EQ(network_.StopResolver(), kExitOk);
  CopyFolder(network_ / "backup", network_.data());
  EXPECT_THAT(Verify().err, HasSubstr("or an older copy was put in its place"));
  network_.StartResolver();
  // What the command did stands.
  const Finished rolled_back = Create("x1");
  EXPECT_EQ(rolled_back.code, kExitDisk);
  EXPECT_THAT(rolled_back.err, HasSubstr("was rolled back"));
  const Finished looked = network_.Coordinator({"project", "list"});
  EXPECT_THAT(looked.out, HasSubstr("x1"));
  EXPECT_EQ(looked.code, kExitDisk);
  EXPECT_THAT(looked.err, HasSubstr("was rolled back"));
  // Once the restored log has grown past what was seen, it is a fork.
  const size_t seen = RowsSeen();
  for (int i = 2; Rows().size() - 1 < seen; ++i) {
    EXPECT_EQ(Create(absl::StrCat("x", i)).code, kExitDisk);
  }
  const Finished forked = Create("last");
  EXPECT_EQ(forked.code, kExitDisk);
  EXPECT_THAT(forked.err, HasSubstr("was forked"));
  // The witness's first receipt since the backup tells before its heads do.
  EXPECT_THAT(Verify().err, HasSubstr("was changed: a witness has a receipt for another entry"));
}

TEST_F(TheAuditLog, ThatWasReplacedByANewOneHasAnotherKey) {
  ASSERT_EQ(Create("flu").code, kExitOk);
  const std::string key(absl::StripAsciiWhitespace(Audit({"key"}, network_.data()).out));
  ASSERT_EQ(network_.StopResolver(), kExitOk);
  std::filesystem::remove_all(network_.data() / "audit");
  EXPECT_THAT(StartInVain().err, HasSubstr("the audit log is gone, but its key"));
  std::filesystem::remove_all(network_.data() / "audit-key");
  network_.StartResolver();
  const Finished told = Create("asthma");
  EXPECT_EQ(told.code, kExitDisk);
  EXPECT_THAT(told.err, HasSubstr("has another key"));
  // Whoever was given the key need not have seen the log before.
  std::filesystem::remove_all(network_.Witnesses());
  const Finished pinned = network_.Coordinator({"project", "create", "--name", "x", "--plan",
                                                ShippedPlan("mini-sentinel-phase2"), "--site",
                                                "north", "--audit-key", key});
  EXPECT_EQ(pinned.code, kExitDisk);
  EXPECT_THAT(pinned.err, HasSubstr("which is not the one of --audit-key"));
}

// --- a full disk ---------------------------------------------------------------------------------

TEST(TheAuditLogOnAFullDisk, StopsCallsAndNotTheLog) {
  const TemporaryFolder folder;
  const std::filesystem::path disk = folder / "disk";
  std::filesystem::create_directories(disk);
  FullDisk full(folder / "state", disk);
  TestNetwork::Options options;
  options.data_directory = disk / "data";
  options.more_configuration = "watchdog_interval_ms: 50 ";
  options.resolver_prefix = full.Prefix();
  TestNetwork network(options);
  network.CreateProject("flu", ShippedPlan("mini-sentinel-phase2"));
  RawClient north(network, "site/north");
  HostileClient south(network, "site/south");
  ASSERT_TRUE(north.ListUploads("flu").ok());
  full.FillAfter(0);
  for (int i = 0; i < 3; ++i) {
    const absl::Status refused = north.ListUploads("flu");
    EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("cannot write its log"));
  }
  EXPECT_FALSE(north.Discard("other", "d1", "").ok());
  EXPECT_TRUE(WaitUntil([&] { return !south.Health().value_or(true); }));
  full.MakeRoom();
  EXPECT_TRUE(WaitUntil([&] { return south.Health().value_or(false); }));
  EXPECT_TRUE(north.ListUploads("flu").ok());
  EXPECT_EQ(network.StopResolver(), kExitOk);
  const std::vector<std::string> verify = {ProgramPath("blindlink-resolver"), "audit", "verify",
                                           "--data", network.data()};
  EXPECT_EQ(blindlink::Run(verify).code, kExitOk);
  network.StartResolver();
  EXPECT_TRUE(RawClient(network, "site/north").ListUploads("flu").ok());
}

}  // namespace
}  // namespace blindlink
