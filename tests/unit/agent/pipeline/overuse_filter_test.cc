#include "agent/pipeline/overuse_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/tokenize/token_block_builder.h"
#include "common/base/bytes16.h"
#include "common/tokens/token_block.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;

class KeepingSink : public BlockSink {
 public:
  absl::Status Write(v1::TokenBlock block) override {
    blocks.push_back(std::move(block));
    return absl::OkStatus();
  }
  std::vector<v1::TokenBlock> blocks;
};

std::string TokenOf(char letter) { return std::string(Token::kSize, letter); }

// A block of three records that all have the token of each letter under match key 1, and record 0
// one of its own under match key 2.
v1::TokenBlock BlockWith(const std::string& letters, uint64_t sequence) {
  v1::TokenBlock block;
  block.mutable_record_ids()->assign(3 * RecordPseudonym::kSize, 'r');
  v1::TokenColumn* shared = block.add_columns();
  shared->set_match_key(1);
  for (const char letter : letters) {
    for (uint32_t record = 0; record < 3; ++record) {
      shared->mutable_tokens()->append(TokenOf(letter));
      shared->add_records(record);
      shared->mutable_forms()->push_back(static_cast<char>(record));
      shared->mutable_evidence()->append({letter, static_cast<char>('0' + record)});
    }
  }
  v1::TokenColumn* own = block.add_columns();
  own->set_match_key(2);
  own->mutable_tokens()->append(TokenOf(static_cast<char>('A' + sequence)));
  own->add_records(0);
  own->mutable_forms()->push_back('\0');
  SealBlock(sequence, 3 * sequence, &block);
  return block;
}

v1::UploadCounts CountsOf(uint64_t shared, uint64_t own) {
  v1::UploadCounts counts;
  counts.set_tokens(shared + own);
  counts.add_match_keys()->set_match_key(1);
  counts.add_match_keys()->set_match_key(2);
  counts.mutable_match_keys(0)->set_tokens(shared);
  counts.mutable_match_keys(1)->set_tokens(own);
  return counts;
}

TEST(OveruseFilter, LeavesOutTokensThatTooManyRecordsOfAllBlocksHave) {
  KeepingSink sink;
  auto filter = OveruseFilter::Create(3, testing::TempDir(), sink);
  ASSERT_TRUE(filter.ok());
  ASSERT_TRUE((*filter)->Write(BlockWith("ab", 0)).ok());
  ASSERT_TRUE((*filter)->Write(BlockWith("bc", 1)).ok());
  EXPECT_TRUE(sink.blocks.empty()) << "a block left before all were counted";
  v1::UploadCounts counts = CountsOf(12, 2);
  ASSERT_TRUE((*filter)->Finish(&counts).ok());

  // b has six records, a and c three each.
  ASSERT_EQ(sink.blocks.size(), 2);
  EXPECT_EQ(sink.blocks[0].columns(0).tokens(), TokenOf('a') + TokenOf('a') + TokenOf('a'));
  EXPECT_EQ(sink.blocks[1].columns(0).tokens(), TokenOf('c') + TokenOf('c') + TokenOf('c'));
  EXPECT_THAT(sink.blocks[0].columns(0).records(), ElementsAre(0, 1, 2));
  EXPECT_EQ(sink.blocks[0].columns(0).evidence(), "a0a1a2");
  EXPECT_EQ(sink.blocks[0].columns(0).forms(), std::string("\0\1\2", 3));
  EXPECT_EQ(counts.overused_tokens(), 6);
  EXPECT_EQ(counts.tokens(), 8);
  EXPECT_EQ(counts.match_keys(0).tokens(), 6);
  EXPECT_EQ(counts.match_keys(1).tokens(), 2);
}

TEST(OveruseFilter, SealsBlocksAgainAndKeepsRecordsWithoutTokens) {
  KeepingSink sink;
  auto filter = OveruseFilter::Create(2, testing::TempDir(), sink);
  ASSERT_TRUE(filter.ok());
  ASSERT_TRUE((*filter)->Write(BlockWith("a", 0)).ok());
  ASSERT_TRUE((*filter)->Write(BlockWith("b", 1)).ok());
  v1::UploadCounts counts = CountsOf(6, 2);
  ASSERT_TRUE((*filter)->Finish(&counts).ok());
  for (const v1::TokenBlock& block : sink.blocks) {
    EXPECT_EQ(block.columns_size(), 1) << "an empty column stayed";
    EXPECT_EQ(RecordCountOf(block), 3);
    EXPECT_EQ(block.crc32(), ChecksumOf(block));
  }
  EXPECT_EQ(sink.blocks[1].sequence(), 1);
  EXPECT_EQ(sink.blocks[1].first_record(), 3);
}

TEST(OveruseFilter, GivesTheSameWithLittleMemory) {
  KeepingSink in_memory, on_disk;
  for (KeepingSink* sink : {&in_memory, &on_disk}) {
    const uint64_t memory = sink == &on_disk ? 1 : OveruseFilter::kMemoryBudget;
    auto filter = OveruseFilter::Create(3, testing::TempDir(), *sink, memory);
    ASSERT_TRUE(filter.ok());
    for (uint64_t i = 0; i < 1000; ++i) {
      const std::string letters = {static_cast<char>(i % 200), static_cast<char>('a' + i % 2)};
      ASSERT_TRUE((*filter)->Write(BlockWith(i < 200 ? letters : "z", i)).ok());
    }
    v1::UploadCounts counts = CountsOf(200 * 6 + 800 * 3, 1000);
    ASSERT_TRUE((*filter)->Finish(&counts).ok());
  }
  ASSERT_EQ(in_memory.blocks.size(), on_disk.blocks.size());
  for (size_t i = 0; i < in_memory.blocks.size(); ++i) {
    EXPECT_EQ(in_memory.blocks[i].SerializeAsString(), on_disk.blocks[i].SerializeAsString());
  }
}

}  // namespace
}  // namespace blindlink::agent
