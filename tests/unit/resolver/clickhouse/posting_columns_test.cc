#include "resolver/index/clickhouse/posting_columns.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "resolver/index/clickhouse/native_block.h"
#include "tests/support/sample_tokens.h"

namespace blindlink::resolver {
namespace {

const BoundCipher& Cipher() {
  static const BoundCipher cipher(std::vector<uint8_t>(BoundCipher::kKeySize, 1),
                                  std::vector<uint8_t>(BoundCipher::kKeySize, 2));
  return cipher;
}

PostingCipher CipherOfDataset() {
  PostingCipher cipher(Cipher());
  cipher.SetLoad(Cipher(), 1, 5);
  return cipher;
}

TEST(PostingColumns, AShardHasTheTokensFromItsFirstOne) {
  const std::vector<uint64_t> first_tokens = {0, 100, 200};
  EXPECT_EQ(ShardOf(first_tokens, 0), 0u);
  EXPECT_EQ(ShardOf(first_tokens, 99), 0u);
  EXPECT_EQ(ShardOf(first_tokens, 100), 1u);
  EXPECT_EQ(ShardOf(first_tokens, UINT64_MAX), 2u);
}

TEST(PostingColumns, ABatchIsDividedByShardAndHoldsNoEvidenceAsItCame) {
  const std::vector<uint64_t> first_tokens = {0, StoredTokenNamed("m").High()};
  ColumnBatch batch(CipherOfDataset(), first_tokens, 8);
  for (const char* token : {"a", "b", "m"}) {
    Posting posting{StoredTokenNamed(token), 1, 1, 7, 2, {}};
    posting.evidence.size = 4;
    batch.Add(posting);
  }
  const auto rows = batch.Finish();
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].columns.rows(), 2u);
  EXPECT_EQ((*rows)[1].shard, 1u);
  const std::string body = (*rows)[0].columns.Block(1, 5, 3, 2);
  const std::vector<NativeType> types = {kUInt32, kUInt64, kUInt32, kUInt64, kUInt16,
                                         kUInt8,  kUInt32, kUInt8,  kUInt8,  FixedString(8)};
  NativeReader reader(body, types);
  NativeBlock block;
  ASSERT_TRUE(reader.Next(&block).value());
  ASSERT_EQ(block.rows, 2u);
  EXPECT_EQ(block.columns[1].At<uint64_t>(1), 5u);
  EXPECT_EQ(block.columns[3].At<uint64_t>(1), StoredTokenNamed("b").High());
  EXPECT_EQ(block.columns[6].At<uint32_t>(1), 7u);
  EXPECT_EQ(block.columns[8].At<uint8_t>(1), 4u);
  const absl::string_view evidence = block.columns[9].bytes();
  EXPECT_NE(evidence.substr(0, 4), std::string(4, '\0'));
  EXPECT_EQ(evidence.substr(4, 4), std::string(4, '\0')) << "room that is not used";
  EXPECT_NE(evidence.substr(0, 4), evidence.substr(8, 4));
}

TEST(PostingColumns, MoreEvidenceThanThereIsRoomForIsAnError) {
  const std::vector<uint64_t> first_tokens = {0};
  ColumnBatch batch(CipherOfDataset(), first_tokens, 8);
  Posting posting{StoredTokenNamed("a"), 1, 1, 7, 2, {}};
  posting.evidence.size = 9;
  batch.Add(posting);
  EXPECT_EQ(batch.Finish().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(PostingColumns, WhatWasSentIsTakenAway) {
  PostingColumns columns(8);
  for (const char* token : {"a", "b", "c"}) columns.Add({StoredTokenNamed(token), 1, 1, 0, 0, {}});
  columns.RemoveFirst(2);
  ASSERT_EQ(columns.rows(), 1u);
  EXPECT_EQ(columns.HiAt(0), StoredTokenNamed("c").High());
}

}  // namespace
}  // namespace blindlink::resolver
