#include "resolver/index/clickhouse/posting_columns.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "resolver/index/clickhouse/native_block.h"
#include "resolver/index/clickhouse/row_hash.h"
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

std::shared_ptr<RowPieces> Pieces() { return std::make_shared<RowPieces>(8); }

TEST(PostingColumns, AShardHasTheTokensFromItsFirstOne) {
  const std::vector<uint64_t> first_tokens = {0, 100, 200};
  EXPECT_EQ(ShardOf(first_tokens, 0), 0u);
  EXPECT_EQ(ShardOf(first_tokens, 99), 0u);
  EXPECT_EQ(ShardOf(first_tokens, 100), 1u);
  EXPECT_EQ(ShardOf(first_tokens, UINT64_MAX), 2u);
}

TEST(PostingColumns, ABatchIsDividedByShardAndHoldsNoEvidenceAsItCame) {
  const std::vector<uint64_t> first_tokens = {0, StoredTokenNamed("m").High()};
  ColumnBatch batch(CipherOfDataset(), first_tokens, Pieces());
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
  for (const auto& of_shard : *rows) EXPECT_EQ(of_shard.hash, of_shard.columns.HashFrom(0));
  const std::string body = absl::StrJoin((*rows)[0].columns.Block(1, 5, 3, 2).bytes(), "");
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
  ColumnBatch batch(CipherOfDataset(), first_tokens, Pieces());
  Posting posting{StoredTokenNamed("a"), 1, 1, 7, 2, {}};
  posting.evidence.size = 9;
  batch.Add(posting);
  EXPECT_EQ(batch.Finish().status().code(), absl::StatusCode::kFailedPrecondition);
}

// Of record `record`, with its ordinal as evidence.
Posting PostingOf(uint32_t record) {
  Posting posting{StoredTokenNamed(absl::StrCat(1'000'000 + record)), 1, 1, record, 0, {}};
  posting.evidence.size = sizeof(record);
  std::memcpy(posting.evidence.bytes.data(), &record, sizeof(record));
  return posting;
}

// The records of a block, and whether the other columns are those of the same rows.
std::vector<uint32_t> RecordsOf(const PostingBlock& sent) {
  const std::string body = absl::StrJoin(sent.bytes(), "");
  const std::vector<NativeType> types = {kUInt32, kUInt64, kUInt32, kUInt64, kUInt16,
                                         kUInt8,  kUInt32, kUInt8,  kUInt8,  FixedString(8)};
  NativeReader reader(body, types);
  NativeBlock block;
  std::vector<uint32_t> records;
  if (!reader.Next(&block).value()) return records;
  for (size_t row = 0; row < block.rows; ++row) {
    const auto record = block.columns[6].At<uint32_t>(row);
    const Posting posting = PostingOf(record);
    records.push_back(record);
    EXPECT_EQ(block.columns[0].At<uint32_t>(row), 1u);
    EXPECT_EQ(block.columns[1].At<uint64_t>(row), 5u);
    EXPECT_EQ(block.columns[2].At<uint32_t>(row), 3u);
    EXPECT_EQ(block.columns[3].At<uint64_t>(row), posting.token.High());
    EXPECT_EQ(block.columns[4].At<uint16_t>(row), posting.token.Low());
    EXPECT_EQ(block.columns[8].At<uint8_t>(row), sizeof(record));
    EXPECT_EQ(block.columns[9].bytes().substr(row * 8, 8),
              absl::StrCat(posting.evidence.AsView(), std::string(4, '\0')));
  }
  EXPECT_FALSE(reader.Next(&block).value());
  return records;
}

std::vector<uint32_t> Range(uint32_t begin, uint32_t end) {
  std::vector<uint32_t> range(end - begin);
  std::iota(range.begin(), range.end(), begin);
  return range;
}

uint64_t HashOf(uint32_t begin, uint32_t end) {
  uint64_t sum = 0;
  for (uint32_t record = begin; record < end; ++record) {
    const Posting posting = PostingOf(record);
    sum += RowHash(posting.token.High(), posting.token.Low(), 1, record, 0, sizeof(record),
                   absl::StrCat(posting.evidence.AsView(), std::string(4, '\0')));
  }
  return sum;
}

// Batches of fewer rows than a piece has, of as many, and of more.
TEST(PostingColumns, RowsOfManyBatchesAreSentInTheirOrder) {
  const auto pieces = Pieces();
  PostingColumns columns(pieces);
  uint32_t next = 0;
  for (const uint32_t size : {1U, 3U, 8191U, 8192U, 20'000U, 100U, 0U, 5000U, 5000U}) {
    PostingColumns batch(pieces);
    for (const uint32_t end = next + size; next < end; ++next) batch.Add(PostingOf(next));
    columns.Append(std::move(batch));
  }
  ASSERT_EQ(columns.rows(), next);
  EXPECT_EQ(columns.HiAt(next - 1), PostingOf(next - 1).token.High());
  for (const uint32_t first : {0U, 8192U, next - 1, next}) {
    EXPECT_EQ(columns.HashFrom(first), HashOf(first, next)) << first;
  }
  EXPECT_EQ(RecordsOf(columns.Block(1, 5, 3, 30'000)), Range(0, 30'000));
  EXPECT_EQ(RecordsOf(columns.Block(1, 5, 3, next)), Range(0, next));
}

TEST(PostingColumns, ABlockStaysAsItIsWhenItsRowsAreRemovedAndOthersCome) {
  const auto pieces = Pieces();
  PostingColumns columns(pieces);
  for (uint32_t record = 0; record < 10'000; ++record) columns.Add(PostingOf(record));
  const PostingBlock first = columns.Block(1, 5, 3, 9000);
  columns.RemoveFirst(9000);
  for (uint32_t record = 10'000; record < 30'000; ++record) columns.Add(PostingOf(record));
  EXPECT_EQ(RecordsOf(first), Range(0, 9000));
  EXPECT_EQ(RecordsOf(columns.Block(1, 5, 3, columns.rows())), Range(9000, 30'000));
}

TEST(PostingColumns, MemoryIsUsedAgainWithoutWhatItHeld) {
  const auto pieces = Pieces();
  const char* before = pieces->Take().get();
  {
    PostingColumns columns(pieces);
    Posting wide = PostingOf(7);
    wide.evidence.size = 8;
    wide.evidence.bytes.fill(0xff);
    columns.Add(wide);
  }
  EXPECT_EQ(pieces->Take().get(), before);
  PostingColumns columns(pieces);
  columns.Add(PostingOf(7));
  EXPECT_EQ(RecordsOf(columns.Block(1, 5, 3, 1)), Range(7, 8));
}

TEST(PostingColumns, WhatWasSentIsTakenAway) {
  PostingColumns columns(Pieces());
  for (const char* token : {"a", "b", "c"}) columns.Add({StoredTokenNamed(token), 1, 1, 0, 0, {}});
  columns.RemoveFirst(2);
  ASSERT_EQ(columns.rows(), 1u);
  EXPECT_EQ(columns.HiAt(0), StoredTokenNamed("c").High());
}

}  // namespace
}  // namespace blindlink::resolver
