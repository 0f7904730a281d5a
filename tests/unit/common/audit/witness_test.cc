#include "common/audit/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/audit/audit_head.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/common/audit/log_in_memory.h"

namespace blindlink {
namespace {

using testing::HasSubstr;

constexpr Sha256Digest kFingerprint = {1, 2, 3};
constexpr char kMethod[] = "/blindlink.v1.Upload/CommitUpload";

using Log = LogInMemory;

class WitnessTest : public testing::Test {
 protected:
  WitnessTest() { log_.GrowTo(10); }
  Witness Open() { return Witness::Read(file_).value(); }
  absl::Status See(const Log& log, const std::vector<uint64_t>& indices) {
    Witness witness = Open();
    std::vector<AuditedCall> calls;
    for (const uint64_t index : indices) calls.push_back({index, kMethod});
    absl::Status taken =
        witness.Take(log.Answer(indices, witness.known_size()), calls, kFingerprint);
    if (taken.ok()) taken = witness.Save("center:7443");
    return taken;
  }
  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "state/witness/center.json";
  Log log_{kFingerprint, kMethod};
};

TEST_F(WitnessTest, KeepsHeadsAndReceiptsInAPrivateFileOverMoreThanOneProgram) {
  EXPECT_EQ(Open().known_size(), 0u);
  EXPECT_TRUE(See(log_, {3, 4}).ok());
  log_.GrowTo(700);
  EXPECT_TRUE(See(log_, {699}).ok());
  EXPECT_TRUE(See(log_, {}).ok());
  EXPECT_EQ(Open().known_size(), 700u);
  EXPECT_EQ(Open().seen().heads_size(), 2);
  EXPECT_EQ(Open().seen().receipts_size(), 3);
  struct stat status {};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(WitnessTest, NamesALogThatWasRolledBack) {
  const Log backup = log_;
  log_.GrowTo(12);
  ASSERT_TRUE(See(log_, {11}).ok());
  const absl::Status status = See(backup, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("rolled back: it has 10 entries, but had 12"));
}

TEST_F(WitnessTest, NamesARolledBackLogThatHasGrownAgainAsAFork) {
  Log backup = log_;
  log_.GrowTo(12);
  ASSERT_TRUE(See(log_, {11}).ok());
  backup.GrowTo(15, "asthma");
  const absl::Status status = See(backup, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("was forked: the first 12 of its 15 entries are not those"));
}

TEST_F(WitnessTest, NamesAnotherKey) {
  ASSERT_TRUE(See(log_, {1}).ok());
  log_.ChangeKey();
  log_.GrowTo(12);
  const absl::Status status = See(log_, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("has another key"));
}

TEST_F(WitnessTest, NamesACallThatTheLogDoesNotHave) {
  Witness witness = Open();
  const auto refused = [&](const v1::AuditReceipts& answer, const AuditedCall& call) {
    const absl::Status status = witness.Take(answer, {call}, kFingerprint);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr("cannot show that its audit log has this call"));
    return status.code() == absl::StatusCode::kDataLoss;
  };
  EXPECT_TRUE(refused(log_.Answer({}, 0), {3, kMethod}));
  EXPECT_TRUE(refused(log_.Answer({4}, 0), {3, kMethod}));
  EXPECT_TRUE(refused(log_.Answer({3}, 0), {3, "/blindlink.v1.Upload/DiscardUpload"}));
  v1::AuditReceipts forged = log_.Answer({3}, 0);
  forged.mutable_receipts(0)->mutable_entry()->append("\x50\x01");
  EXPECT_TRUE(refused(forged, {3, kMethod}));
  EXPECT_FALSE(witness.Take(log_.Answer({3}, 0), {{3, kMethod}}, {9, 9}).ok());
  EXPECT_TRUE(witness.Take(log_.Answer({3}, 0), {{3, kMethod}}, kFingerprint).ok());
}

TEST_F(WitnessTest, NamesAHeadThatIsNotSigned) {
  Witness witness = Open();
  for (const auto change : {+[](v1::AuditHead* head) { head->set_size(11); },
                            +[](v1::AuditHead* head) { head->set_time_ms(1); },
                            +[](v1::AuditHead* head) { head->mutable_root()->back() ^= 1; },
                            +[](v1::AuditHead* head) { head->mutable_signature()->back() ^= 1; },
                            +[](v1::AuditHead* head) { head->clear_signature(); },
                            +[](v1::AuditHead* head) { head->clear_public_key(); }}) {
    v1::AuditReceipts answer = log_.Answer({}, 0);
    change(answer.mutable_head());
    EXPECT_EQ(witness.Take(answer, {}, kFingerprint).code(), absl::StatusCode::kDataLoss);
  }
}

TEST_F(WitnessTest, IsNotMadeLongerWithoutEnd) {
  for (uint64_t size = 11; size < 140; ++size) {
    log_.GrowTo(size);
    ASSERT_TRUE(See(log_, {size - 1}).ok());
  }
  EXPECT_EQ(Open().seen().heads_size(), 100);
  EXPECT_EQ(Open().seen().receipts_size(), 50);
}

TEST_F(WitnessTest, ADamagedFileIsNamed) {
  ASSERT_TRUE(See(log_, {1}).ok());
  const std::string json = ReadFile(file_).value();
  for (const std::string& bad : {json.substr(0, json.size() / 2), std::string("nonsense")}) {
    ASSERT_TRUE(WriteFileAtomically(file_, bad).ok());
    EXPECT_EQ(Witness::Read(file_).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST_F(WitnessTest, KeepsAContradictionAsEvidence) {
  ASSERT_TRUE(See(log_, {1}).ok());
  const auto kept = Open().SaveContradiction(log_.Answer({2}, 0));
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_THAT(ReadFile(*kept).value(), HasSubstr("signature"));
}

TEST_F(WitnessTest, AResolverThatDoesNotShowItsLogIsAnAlarmAfterAnHour) {
  constexpr int64_t kNow = 1'700'000'000'000;
  constexpr int64_t kHour = 3'600'000;
  ASSERT_TRUE(See(log_, {3}).ok());
  const auto not_shown = [&](int64_t now) {
    Witness witness = Open();
    absl::Status noted = witness.NoteNotShown("unreachable", now);
    if (noted.ok()) noted = witness.Save("center:7443");
    return noted;
  };
  EXPECT_TRUE(not_shown(kNow).ok());
  EXPECT_TRUE(not_shown(kNow + kHour).ok());
  const absl::Status silent = not_shown(kNow + kHour + 1);
  EXPECT_EQ(silent.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(silent.message()),
              HasSubstr("since 2023-11-14 22:13:20 UTC, but has not shown its audit log"));
  // Once it shows it, it begins anew.
  ASSERT_TRUE(See(log_, {}).ok());
  EXPECT_TRUE(not_shown(kNow + 3 * kHour).ok());
}

// Two commands at once: without the lock the one that saw less could be the last to save.
TEST_F(WitnessTest, OfProgramsAtOnceNoneUndoesWhatAnotherHasSeen) {
  log_.GrowTo(200);
  std::vector<Log> logs;
  for (uint64_t size = 20; size <= 200; size += 20) {
    logs.push_back(log_);
    logs.back().ShrinkTo(size);
  }
  std::vector<std::thread> programs;
  std::atomic<size_t> next = 0;
  for (size_t i = 0; i < logs.size(); ++i) {
    programs.emplace_back([&] {
      const auto lock = Witness::Lock(file_);
      ASSERT_TRUE(lock.ok()) << lock.status();
      // The resolver's log grows from one answer to the next.
      EXPECT_TRUE(See(logs[next++], {}).ok());
    });
  }
  for (std::thread& program : programs) program.join();
  EXPECT_EQ(Open().known_size(), 200u);
  EXPECT_EQ(Open().seen().heads_size(), 10);
}

}  // namespace
}  // namespace blindlink
