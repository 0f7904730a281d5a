#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "agent/tokenfile/token_file_reader.h"
#include "agent/tokenfile/token_file_writer.h"
#include "common/base/files.h"
#include "common/tokens/token_block.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

v1::TokenBlock Block(uint64_t sequence, size_t records = 1) {
  v1::TokenBlock block;
  block.set_sequence(sequence);
  block.set_record_ids(std::string(16 * records, static_cast<char>('a' + sequence)));
  v1::TokenColumn& column = *block.add_columns();
  column.set_match_key(1);
  column.set_tokens(std::string(16, 't'));
  column.add_records(0);
  column.set_forms(std::string(1, '\0'));
  block.set_crc32(ChecksumOf(block));
  return block;
}

v1::TokenFileHeader Header() {
  v1::TokenFileHeader header;
  header.mutable_manifest()->set_project("flu");
  header.mutable_manifest()->set_dataset("2026");
  header.set_plan_name("us-default");
  return header;
}

// A file of two blocks.
std::string WholeFile() {
  const TemporaryFolder folder;
  const std::string path = (folder / "x.bltok").string();
  auto writer = TokenFileWriter::Create(path, Header());
  EXPECT_TRUE(writer.ok()) << writer.status();
  EXPECT_TRUE((*writer)->Write(Block(0)).ok());
  EXPECT_TRUE((*writer)->Write(Block(1)).ok());
  v1::UploadCounts counts;
  counts.set_records(2);
  EXPECT_TRUE((*writer)->Finish(counts).ok());
  return *ReadFile(path);
}

// Reads the whole file; returns the first error.
absl::Status ReadAll(std::string bytes) {
  auto reader = TokenFileReader::OverBytes(std::move(bytes));
  if (!reader.ok()) return reader.status();
  v1::TokenBlock block;
  while (true) {
    const absl::StatusOr<bool> more = (*reader)->Next(&block);
    if (!more.ok()) return more.status();
    if (!*more) return absl::OkStatus();
  }
}

TEST(TokenFile, WhatIsWrittenIsReadBack) {
  const TemporaryFolder folder;
  const std::string path = (folder / "x.bltok").string();
  EXPECT_TRUE(WriteFileAtomically(path, WholeFile()).ok());
  auto reader = TokenFileReader::Open(path);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->header().SerializeAsString(), Header().SerializeAsString());
  v1::TokenBlock block;
  for (const uint64_t sequence : {0, 1}) {
    ASSERT_EQ(*(*reader)->Next(&block), true);
    EXPECT_EQ(block.SerializeAsString(), Block(sequence).SerializeAsString());
  }
  ASSERT_EQ(*(*reader)->Next(&block), false);
  EXPECT_EQ((*reader)->footer().counts().records(), 2u);
  EXPECT_EQ((*reader)->footer().block_count(), 2u);
  EXPECT_EQ((*reader)->ShareRead(), 1);
}

TEST(TokenFile, ItsBeginningIsTheDocumentedBytes) {
  EXPECT_EQ(WholeFile().substr(0, 13), std::string("\x89"
                                                   "BLTOK\r\n\0\0\0\x01H",
                                                   13));
}

TEST(TokenFile, CutOffAnywhereItIsRefused) {
  const std::string whole = WholeFile();
  for (size_t size = 0; size < whole.size(); ++size) {
    const absl::Status status = ReadAll(whole.substr(0, size));
    EXPECT_EQ(status.code(), size < kTokenFileStartSize ? absl::StatusCode::kInvalidArgument
                                                        : absl::StatusCode::kDataLoss)
        << size << ": " << status;
  }
}

TEST(TokenFile, ACutOffFileIsNamedWithTheByteWhereItEnds) {
  const std::string whole = WholeFile();
  EXPECT_THAT(std::string(ReadAll(whole.substr(0, whole.size() - 3)).message()),
              AllOf(HasSubstr("memory ends at byte " + std::to_string(whole.size() - 3)),
                    HasSubstr("cut off")));
}

TEST(TokenFile, EveryFlippedBitIsFound) {
  const std::string whole = WholeFile();
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    EXPECT_THAT(ReadAll(damaged).code(),
                AnyOf(absl::StatusCode::kDataLoss, absl::StatusCode::kInvalidArgument))
        << "byte " << i;
  }
}

TEST(TokenFile, AnotherVersionIsRefusedInWords) {
  std::string newer = WholeFile();
  newer[11] = 2;
  const absl::Status status = ReadAll(newer);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("format 2"));
}

TEST(TokenFile, WhatIsNoTokenFileIsRefusedInWords) {
  for (const char* text : {"", "record_id,first_name\n1,ANN\n", "\x89"}) {
    const absl::Status status = ReadAll(text);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr("is no token file"));
  }
}

TEST(TokenFile, ALengthBeyondTheLimitIsRefusedBeforeMemoryIsTaken) {
  std::string whole = WholeFile();
  whole[13] = '\x7f';
  EXPECT_THAT(std::string(ReadAll(whole).message()), HasSubstr("too long (byte 12)"));
}

TEST(TokenFile, BlocksTakenOutOrAddedAreNoticed) {
  const std::string whole = WholeFile();
  const size_t block_size = 5 + Block(1).ByteSizeLong() + 4;
  const size_t second = whole.rfind("B", whole.find(std::string(16, 'b')));
  std::string without = whole;
  without.erase(second, block_size);
  EXPECT_EQ(ReadAll(without).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReadAll(whole + "x").code(), absl::StatusCode::kDataLoss);
}

TEST(TokenFile, OfAnUnfinishedFileNothingIsLeft) {
  const TemporaryFolder folder;
  {
    auto writer = TokenFileWriter::Create((folder / "x.bltok").string(), Header());
    ASSERT_TRUE(writer.ok());
    EXPECT_TRUE((*writer)->Write(Block(0)).ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(TokenFile, AFullDiskIsResourceExhaustedAndLeavesNothing) {
  const TemporaryFolder folder;
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small = {size_t{1} << 20, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);  // simulates a full disk
  absl::Status status;
  {
    auto writer = TokenFileWriter::Create((folder / "x.bltok").string(), Header());
    ASSERT_TRUE(writer.ok());
    for (uint64_t i = 0; status.ok() && i < 20; ++i) status = (*writer)->Write(Block(i, 10'000));
  }
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(TokenFile, ABlockOutOfSequenceIsOurMistake) {
  const TemporaryFolder folder;
  auto writer = TokenFileWriter::Create((folder / "x.bltok").string(), Header());
  ASSERT_TRUE(writer.ok());
  EXPECT_EQ((*writer)->Write(Block(1)).code(), absl::StatusCode::kInternal);
}

TEST(TokenFile, TheFileIsClosedToOthers) {
  const TemporaryFolder folder;
  const std::string path = (folder / "x.bltok").string();
  auto writer = TokenFileWriter::Create(path, Header());
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->Finish({}).ok());
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

}  // namespace
}  // namespace blindlink::agent
