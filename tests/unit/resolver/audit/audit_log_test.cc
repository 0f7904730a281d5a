#include "resolver/audit/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/audit/audit_head.h"
#include "common/audit/merkle_tree.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/key_file.h"
#include "resolver/audit/log_check.h"
#include "resolver/audit/own_decision.h"
#include "resolver/audit/stored_log.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

v1::AuditEntry Entry(const std::string& project) {
  v1::AuditEntry entry;
  entry.set_kind(v1::CALL_BEGUN);
  entry.set_party("spiffe://blindlink/site/north");
  entry.set_fingerprint(std::string(32, 'f'));
  entry.set_method("/blindlink.v1.Upload/BeginUpload");
  v1::AuditObject& object = *entry.add_objects();
  object.set_kind("project");
  object.set_name(project);
  return entry;
}

class AuditLogTest : public testing::Test {
 protected:
  std::unique_ptr<AuditLog> Open() { return AuditLog::Open(folders_).value(); }
  // A closed log of so many entries.
  void Make(uint64_t entries) {
    const auto log = Open();
    for (uint64_t i = 0; i < entries; ++i) log->AppendLater(Entry(absl::StrCat("flu", i)));
  }
  // The same with a head after each entry.
  void MakeOneByOne(uint64_t entries) {
    const auto log = Open();
    for (uint64_t i = 0; i < entries; ++i) ASSERT_TRUE(log->Append(Entry("flu")).ok());
  }
  // Damages the place of the file `head` that has the head over so many entries.
  void TearPlaceOf(uint64_t entries) {
    std::string bytes = ReadFile(folders_.head()).value();
    // One place is written after the other, and the first head is over no entries.
    const size_t at = entries % 2 * HeadFile::kPlaceBytes + 100;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    ASSERT_TRUE(WriteFileAtomically(folders_.head(), bytes, 0600).ok());
  }
  std::string Why() { return std::string(AuditLog::Open(folders_).status().message()); }
  absl::StatusCode Code() { return AuditLog::Open(folders_).status().code(); }

  std::string Bytes() { return ReadFile(folders_.entries()).value(); }
  void Put(const std::string& bytes) {
    std::ofstream(folders_.entries(), std::ios::binary) << bytes;
  }
  // The entries of the file, each with its frame.
  std::vector<std::string> Framed() {
    const EntryFile file = EntryFile::Open(folders_.entries(), true).value();
    std::vector<std::string> framed;
    const uint64_t size = file.Size().value();
    bool is_cut = false;
    for (uint64_t at = EntryFile::kHeadBytes; at < size;) {
      const std::string entry = file.ReadAt(at, size, &is_cut).value().value();
      framed.emplace_back();
      EntryFile::AppendFramed(entry, &framed.back());
      at = EntryFile::After(at, entry.size());
    }
    return framed;
  }
  void PutFramed(const std::vector<std::string>& framed) {
    std::string bytes = Bytes().substr(0, EntryFile::kHeadBytes);
    for (const std::string& one : framed) bytes += one;
    Put(bytes);
  }

  TemporaryFolder folder_;
  const AuditFolders folders_ = AuditFolders::In(folder_ / "data");
};

TEST_F(AuditLogTest, GivesEntriesIndexAndTimeAndHeadsThatAreSigned) {
  const auto log = Open();
  EXPECT_EQ(log->Head().size(), 0u);
  EXPECT_EQ(log->Append(Entry("flu")).value(), 0u);
  EXPECT_EQ(log->Append(Entry("asthma")).value(), 1u);
  const v1::AuditHead head = log->Head();
  EXPECT_EQ(head.size(), 2u);
  EXPECT_TRUE(CheckHead(head).ok());
  v1::AuditEntry second;
  ASSERT_TRUE(second.ParseFromString(log->Entries(1, 2).value()[0]));
  EXPECT_EQ(second.index(), 1u);
  EXPECT_GT(second.time_ms(), 1'500'000'000'000);
  EXPECT_EQ(second.objects(0).name(), "asthma");
}

TEST_F(AuditLogTest, ProvesEntriesAndContinuationsOverManyChunks) {
  auto log = Open();
  std::vector<v1::AuditHead> heads;
  for (int i = 0; i < 1100; ++i) {
    log->AppendLater(Entry(absl::StrCat("flu", i)));
    if (i % 137 == 0 || i == 255 || i == 256 || i == 511) {
      ASSERT_TRUE(log->Append(Entry("x")).ok());
      heads.push_back(log->Head());
    }
  }
  ASSERT_TRUE(log->Append(Entry("last")).ok());
  for (const bool reopened : {false, true}) {
    if (reopened) {
      log.reset();
      log = Open();
    }
    const v1::AuditHead newest = log->Head();
    for (const v1::AuditHead& head : heads) {
      const auto proof = log->Consistency(head.size(), newest.size());
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_TRUE(CheckContinues(head, newest, *proof).ok());
      for (const uint64_t index : {uint64_t{0}, head.size() / 2, head.size() - 1}) {
        const auto receipt = log->ReceiptOf(index, head.size());
        ASSERT_TRUE(receipt.ok()) << receipt.status();
        EXPECT_TRUE(IsInLogOf(head, *receipt));
      }
    }
    EXPECT_FALSE(log->Consistency(3, newest.size() + 1).ok());
    EXPECT_FALSE(log->ReceiptOf(newest.size(), newest.size()).ok());
  }
}

TEST_F(AuditLogTest, OfManyCallersAtOnceHasEachEntryOnce) {
  std::set<uint64_t> indices;
  std::mutex mutex;
  {
    const auto log = Open();
    std::vector<std::thread> callers;
    for (int t = 0; t < 16; ++t) {
      callers.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          const uint64_t index = log->Append(Entry(absl::StrCat("t", t))).value();
          EXPECT_GT(log->Head().size(), index);
          const std::lock_guard lock(mutex);
          indices.insert(index);
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
  }
  EXPECT_EQ(indices.size(), 320u);
  EXPECT_EQ(*indices.rbegin(), 319u);
  EXPECT_EQ(Open()->Head().size(), 320u);
}

TEST_F(AuditLogTest, KeyAndFilesAreForTheResolversUserAlone) {
  Make(1);
  for (const auto& file : {folders_.entries(), folders_.head(), folders_.signing_key()}) {
    struct stat status {};
    ASSERT_EQ(stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << file;
  }
}

TEST_F(AuditLogTest, IsForOneProcess) {
  const auto log = Open();
  EXPECT_EQ(Code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Why(), HasSubstr("another resolver is using"));
}

TEST_F(AuditLogTest, HasWhatTheResolverDecidesByItself) {
  const auto log = Open();
  const EnterDecision enter = DecisionsOfProject("flu", DecisionsInto(*log));
  ASSERT_TRUE(enter(v1::GRANT_ENDED, {{"grant", "grant-000001"}}).ok());
  v1::AuditEntry entry;
  ASSERT_TRUE(entry.ParseFromString(log->Entries(0, 1).value()[0]));
  EXPECT_EQ(entry.kind(), v1::GRANT_ENDED);
  EXPECT_EQ(entry.party(), "");
  ASSERT_EQ(entry.objects_size(), 2);
  EXPECT_EQ(entry.objects(0).name(), "flu");
  EXPECT_EQ(entry.objects(1).kind(), "grant");
}

// --- what is no damage ---------------------------------------------------------------------------

TEST_F(AuditLogTest, CutsTheEndThatWasBeingWrittenAndGoesOn) {
  Make(5);
  const std::string bytes = Bytes();
  const std::string next = Framed()[4];
  for (size_t part = 1; part < next.size(); ++part) {
    Put(bytes + next.substr(0, part));
    EXPECT_EQ(Open()->Head().size(), 5u);
    EXPECT_EQ(Bytes(), bytes);
  }
  Put(bytes + std::string(500, '\0'));
  EXPECT_EQ(Open()->Append(Entry("more")).value(), 5u);
  EXPECT_EQ(Open()->Head().size(), 6u);
}

TEST_F(AuditLogTest, TakesOverWholeEntriesThatTheHeadDoesNotCoverYet) {
  Make(3);
  const std::string head = ReadFile(folders_.head()).value();
  Make(2);
  ASSERT_TRUE(WriteFileAtomically(folders_.head(), head, 0600).ok());
  EXPECT_EQ(Open()->Append(Entry("more")).value(), 5u);
}

TEST_F(AuditLogTest, IsMadeAnewIfMakingItWasInterrupted) {
  Make(0);
  std::filesystem::remove(folders_.signing_key());
  EXPECT_EQ(Open()->Append(Entry("flu")).value(), 0u);
}

// A power cut tears the place that is being written, when the entries are on the disk already.
TEST_F(AuditLogTest, AHeadOfWhichTheNewestPlaceIsTornIsRead) {
  MakeOneByOne(3);
  TearPlaceOf(3);
  EXPECT_EQ(Open()->Append(Entry("more")).value(), 3u);
  EXPECT_EQ(Open()->Head().size(), 4u);
}

// --- damage --------------------------------------------------------------------------------------

TEST_F(AuditLogTest, FindsEveryFlippedBit) {
  Make(4);
  const std::string bytes = Bytes();
  const size_t in_second = EntryFile::kHeadBytes + Framed()[0].size() + 20;
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    Put(flipped);
    ASSERT_EQ(Code(), absl::StatusCode::kDataLoss) << at;
  }
  std::string flipped = bytes;
  flipped[in_second] ^= 1;
  Put(flipped);
  EXPECT_THAT(Why(), AllOf(HasSubstr("entry 1, at byte"), HasSubstr("is damaged"),
                           HasSubstr("audit verify")));
}

TEST_F(AuditLogTest, FindsEveryLengthThatItIsCutTo) {
  Make(4);
  const std::string bytes = Bytes();
  const size_t last = Framed()[3].size();
  for (size_t size = 0; size < bytes.size(); ++size) {
    Put(bytes.substr(0, size));
    ASSERT_EQ(Code(), absl::StatusCode::kDataLoss) << size;
  }
  Put(bytes.substr(0, bytes.size() - last));
  EXPECT_THAT(Why(), HasSubstr("was cut off, or an older copy was put in its place: it ends after "
                               "3 entries, but had 4"));
}

TEST_F(AuditLogTest, NamesRemovedRepeatedAndReorderedEntries) {
  Make(6);
  const std::vector<std::string> good = Framed();
  std::vector<std::string> bad = good;
  bad.erase(bad.begin() + 2);
  PutFramed(bad);
  EXPECT_THAT(Why(), HasSubstr("in the place of entry 2 stands entry 3: 1 entries were removed"));
  bad = good;
  std::swap(bad[1], bad[4]);
  PutFramed(bad);
  EXPECT_THAT(Why(),
              HasSubstr("in the place of entry 1 stands entry 4: entries were put in another"));
  bad = good;
  bad.insert(bad.begin() + 3, good[1]);
  PutFramed(bad);
  EXPECT_THAT(Why(), HasSubstr("in the place of entry 3 stands entry 1: it was repeated"));
}

TEST_F(AuditLogTest, FindsAnEntryThatWasChangedWithItsChecksum) {
  Make(6);
  std::vector<std::string> framed = Framed();
  v1::AuditEntry entry;
  ASSERT_TRUE(entry.ParseFromString(framed[2].substr(8)));
  entry.mutable_objects(0)->set_name("other");
  framed[2].clear();
  EntryFile::AppendFramed(entry.SerializeAsString(), &framed[2]);
  PutFramed(framed);
  EXPECT_EQ(Code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(Why(), HasSubstr("entries were changed: entries 0 to 5 are not those"));
}

TEST_F(AuditLogTest, WitnessesNarrowDownWhichEntriesWereChanged) {
  std::vector<v1::AuditHead> heads;
  {
    const auto log = Open();
    for (int i = 0; i < 6; ++i) {
      ASSERT_TRUE(log->Append(Entry(absl::StrCat("flu", i))).ok());
      heads.push_back(log->Head());
    }
  }
  std::vector<std::string> framed = Framed();
  v1::AuditEntry entry;
  ASSERT_TRUE(entry.ParseFromString(framed[3].substr(8)));
  entry.clear_objects();
  framed[3].clear();
  EntryFile::AppendFramed(entry.SerializeAsString(), &framed[3]);
  PutFramed(framed);
  const EntryFile file = EntryFile::Open(folders_.entries(), true).value();
  const auto checked =
      CheckLog(file, heads.back(), {heads[1], heads[2], heads[4]},
               [](uint64_t, uint64_t, const std::string&) { return absl::OkStatus(); });
  EXPECT_THAT(std::string(checked.status().message()),
              HasSubstr("entries 3 to 4 are not those that the log had"));
}

TEST_F(AuditLogTest, FindsMissingOrForeignFiles) {
  Make(3);
  const TemporaryFolder other;
  const AuditFolders others = AuditFolders::In(other / "data");
  {
    const auto log = AuditLog::Open(others).value();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(log->Append(Entry("flu")).ok());
  }
  const std::filesystem::path files[][2] = {{folders_.entries(), others.entries()},
                                            {folders_.head(), others.head()},
                                            {folders_.signing_key(), others.signing_key()}};
  for (const auto& [own, foreign] : files) {
    const std::string kept = ReadFile(own).value();
    std::filesystem::remove(own);
    EXPECT_EQ(Code(), absl::StatusCode::kDataLoss) << own;
    EXPECT_THAT(Why(), AnyOf(HasSubstr("is gone"), HasSubstr("gone or damaged")));
    ASSERT_TRUE(WriteFileAtomically(own, ReadFile(foreign).value(), 0600).ok());
    EXPECT_EQ(Code(), absl::StatusCode::kDataLoss) << own;
    ASSERT_TRUE(WriteFileAtomically(own, kept, 0600).ok());
  }
  EXPECT_TRUE(AuditLog::Open(folders_).ok());
}

// The older of the two heads stays validly signed.
TEST_F(AuditLogTest, IsNotCutToItsOlderHeadByDamagingTheNewestOne) {
  MakeOneByOne(4);
  std::vector<std::string> framed = Framed();
  framed.pop_back();
  PutFramed(framed);
  TearPlaceOf(4);
  EXPECT_EQ(Code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(Why(), HasSubstr("one of the two newest heads of the audit log is damaged"));
  const auto verified = StoredLog::Open(folder_ / "data")->Verify({});
  EXPECT_EQ(verified.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(verified.status().message()), HasSubstr("may have been cut off"));
}

TEST_F(AuditLogTest, TwoWitnessesWithTwoHeadsOverAsManyEntriesShowAFork) {
  MakeOneByOne(4);
  const StoredLog stored = StoredLog::Open(folder_ / "data").value();
  const auto seed = ReadKeyFile(folders_.signing_key(), "blindlink-audit-key-v1\n", "").value();
  const Ed25519Signer signer(seed);
  // Both are shorter than the log, and the second was signed for another one.
  v1::AuditWitness north;
  v1::AuditWitness study;
  {
    MerkleFrontier frontier;
    for (const std::string& one : Framed()) {
      if (frontier.size() < 3) frontier.Append(LeafHash(one.substr(8)));
    }
    *north.add_heads() = SignHead(signer, 3, 1000, frontier.Root());
    *study.add_heads() = SignHead(signer, 3, 61000, LeafHash("another log"));
  }
  EXPECT_TRUE(stored.Verify({north}).ok());
  EXPECT_THAT(std::string(stored.Verify({study}).status().message()),
              HasSubstr("entries were changed"));
  for (const auto& both : {std::vector{north, study}, std::vector{study, north}}) {
    const auto verified = stored.Verify(both);
    EXPECT_EQ(verified.status().code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(verified.status().message()),
                AllOf(HasSubstr("was forked: its key has signed two heads over 3 entries"),
                      HasSubstr("1970-01-01 00:00:01 UTC"), HasSubstr("1970-01-01 00:01:01 UTC"),
                      HasSubstr("parties were shown different logs")));
  }
}

TEST_F(AuditLogTest, AForgedHeadIsNoHead) {
  Make(3);
  HeadFile file = HeadFile::Open(folders_.head(), false).value();
  v1::AuditHead head = *file.newest();
  head.set_size(head.size() + 1);
  ASSERT_TRUE(file.Write(head).ok());
  EXPECT_EQ(Code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(Why(), HasSubstr("is not signed by the key"));
}

// --- the format ----------------------------------------------------------------------------------

TEST(AuditFormat, HasItsGoldenBytes) {
  const TemporaryFolder folder;
  const AuditFolders folders = AuditFolders::In(folder.path());
  Ed25519PublicKey key{};
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i);
  ASSERT_TRUE(MakePrivateFolder(folders.log).ok());
  ASSERT_TRUE(EntryFile::Create(folders.entries(), key).ok());
  v1::AuditEntry entry;
  entry.set_index(1);
  entry.set_time_ms(1000);
  entry.set_kind(v1::CALL_ANSWERED);
  entry.set_code(5);
  std::string bytes = ReadFile(folders.entries()).value();
  EntryFile::AppendFramed(entry.SerializeAsString(), &bytes);
  EXPECT_EQ(
      HexEncode(bytes),
      "424c415544495431000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f1290727e"
      "00000009ac25033f080110e80718044005");
  std::vector<uint8_t> seed(32, 7);
  const v1::AuditHead head = SignHead(Ed25519Signer(SecretBytes(seed)), 2, 1000, LeafHash("entry"));
  EXPECT_EQ(
      HexEncode(head.signature()),
      "7a8a6022274ce82ec50d27467d4c18eb381645fe0ed74daccc758d65894ff4977b61644dc31b9253819bc66545"
      "604160f36e1fc88ff276f23102a7bcde76130c");
}

}  // namespace
}  // namespace blindlink::resolver
