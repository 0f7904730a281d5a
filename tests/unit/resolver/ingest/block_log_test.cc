#include "resolver/ingest/block_log.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/base/files.h"
#include "common/tokens/token_block.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

class BlockLogTest : public testing::Test {
 protected:
  BlockLogTest() {
    for (uint64_t i = 0; i < 3; ++i) {
      blocks_.push_back(BlockOf(i, i, {{"record", {{"token-" + std::to_string(i)}}}}));
    }
  }

  // Opens the file; the sequences of the blocks found there go to found_.
  std::unique_ptr<BlockLog> Open() {
    found_.clear();
    auto log = BlockLog::Open(file_, [this](const v1::TokenBlock& block) {
      found_.push_back(block.sequence());
      return absl::OkStatus();
    });
    EXPECT_TRUE(log.ok()) << log.status();
    return log.ok() ? *std::move(log) : nullptr;
  }

  void WriteBlocks() {
    const auto log = Open();
    for (const v1::TokenBlock& block : blocks_) ASSERT_TRUE(log->Append(block).ok());
    ASSERT_TRUE(log->Sync().ok());
  }

  absl::Status Read() {
    found_.clear();
    return ReadBlocks(file_, [this](const std::string& serialized) {
      const absl::StatusOr<v1::TokenBlock> block = ParseBlock(serialized, file_);
      if (block.ok()) found_.push_back(block->sequence());
      return block.status();
    });
  }

  std::string Content() const { return ReadFile(file_).value(); }
  void SetContent(const std::string& content) {
    ASSERT_TRUE(WriteFileAtomically(file_, content, 0600).ok());
  }
  size_t SizeOf(size_t block) const { return 4 + blocks_[block].ByteSizeLong(); }

  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "blocks.log";
  std::vector<v1::TokenBlock> blocks_;
  std::vector<uint64_t> found_;
};

using Sequences = std::vector<uint64_t>;

TEST_F(BlockLogTest, WhatWasAppendedIsThereInOrderAfterReopening) {
  WriteBlocks();
  Open();
  EXPECT_EQ(found_, (Sequences{0, 1, 2}));
  EXPECT_TRUE(Read().ok());
  EXPECT_EQ(found_, (Sequences{0, 1, 2}));
}

TEST_F(BlockLogTest, ABlockStandsBehindItsSizeInFourBytes) {
  WriteBlocks();
  const std::string content = Content();
  EXPECT_EQ(content.size(), SizeOf(0) + SizeOf(1) + SizeOf(2));
  EXPECT_EQ(content.substr(0, 3), std::string(3, '\0'));
  EXPECT_EQ(static_cast<unsigned char>(content[3]), blocks_[0].ByteSizeLong());
  EXPECT_EQ(content.substr(4, SizeOf(0) - 4), blocks_[0].SerializeAsString());
}

TEST_F(BlockLogTest, AHalfWrittenBlockIsCutOffWhereverTheWriteStopped) {
  WriteBlocks();
  const std::string whole = Content();
  const size_t two = SizeOf(0) + SizeOf(1);
  for (size_t length = two + 1; length < whole.size(); ++length) {
    SetContent(whole.substr(0, length));
    EXPECT_EQ(Read().code(), absl::StatusCode::kDataLoss) << length;
    Open();
    EXPECT_EQ(found_, (Sequences{0, 1})) << length;
    EXPECT_EQ(std::filesystem::file_size(file_), two) << length;
  }
}

TEST_F(BlockLogTest, FromTheFirstDamagedBlockOnAllIsCutOff) {
  WriteBlocks();
  std::string content = Content();
  content[SizeOf(0) + SizeOf(1) / 2] ^= 0x10;
  SetContent(content);
  EXPECT_EQ(Read().code(), absl::StatusCode::kDataLoss);
  Open();
  EXPECT_EQ(found_, Sequences{0});
  EXPECT_EQ(std::filesystem::file_size(file_), SizeOf(0));
}

TEST_F(BlockLogTest, ASizeThatCannotBeIsDamageAndTakesNoMemory) {
  WriteBlocks();
  std::string content = Content();
  content[0] = '\xff';
  SetContent(content);
  Open();
  EXPECT_TRUE(found_.empty());
  EXPECT_EQ(std::filesystem::file_size(file_), 0u);
}

TEST_F(BlockLogTest, AppendingGoesOnBehindWhatWasSound) {
  WriteBlocks();
  SetContent(Content().substr(0, SizeOf(0) + SizeOf(1) + 5));
  {
    const auto log = Open();
    ASSERT_TRUE(log->Append(blocks_[2]).ok());
    ASSERT_TRUE(log->Sync().ok());
  }
  EXPECT_TRUE(Read().ok());
  EXPECT_EQ(found_, (Sequences{0, 1, 2}));
}

TEST_F(BlockLogTest, TheVisitorsStatusEndsTheReading) {
  WriteBlocks();
  int visited = 0;
  const absl::Status status = ReadBlocks(file_, [&](const std::string&) {
    ++visited;
    return absl::CancelledError("enough");
  });
  EXPECT_TRUE(absl::IsCancelled(status));
  EXPECT_EQ(visited, 1);
}

TEST_F(BlockLogTest, AMissingFileIsNotFoundForTheReader) {
  EXPECT_EQ(Read().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace blindlink::resolver
