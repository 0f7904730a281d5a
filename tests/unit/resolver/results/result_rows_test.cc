#include "resolver/results/result_rows.h"

#include <gtest/gtest.h>

#include <string>

#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/crypto/sha256.h"
#include "resolver/results/row_file.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

template <typename Row>
std::string HexOf(const Row& row) {
  std::string bytes(Row::kSize, 'x');
  row.Encode(reinterpret_cast<uint8_t*>(bytes.data()));
  return HexEncode(bytes);
}

template <typename Row>
Row RoundTrip(const Row& row) {
  uint8_t bytes[Row::kSize];
  row.Encode(bytes);
  return Row::Decode(bytes);
}

RecordRow SampleRecordRow() {
  RecordRow row{0x0102, {}};
  for (uint8_t i = 0; i < 16; ++i) row.record.bytes[i] = static_cast<uint8_t>(0xf0 + i);
  return row;
}

PairRow SamplePair() {
  PairRow row;
  row.left = 0x01020304;
  row.right = 0xa0b0c0d0;
  row.rule = 0x0506;
  row.score = 0.5;
  row.match_keys.set(0);
  row.match_keys.set(9);
  row.match_keys.set(255);
  return row;
}

TEST(ResultRows, TheBytesAreThoseOfTheDocument) {
  EXPECT_EQ(HexOf(SampleRecordRow()), "0102f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  EXPECT_EQ(HexOf(SamplePair()),
            "01020304"
            "a0b0c0d0"
            "0506"
            "3fe0000000000000"
            "0102" +
                std::string(2 * 29, '0') + "80");
  EXPECT_EQ(HexOf(EntityRow{0xdeadbeef}), "deadbeef");
}

TEST(ResultRows, WhatIsEncodedIsDecoded) {
  const RecordRow record = RoundTrip(SampleRecordRow());
  EXPECT_EQ(record.site, SampleRecordRow().site);
  EXPECT_EQ(record.record, SampleRecordRow().record);
  const PairRow pair = RoundTrip(SamplePair());
  EXPECT_EQ(pair.left, SamplePair().left);
  EXPECT_EQ(pair.right, SamplePair().right);
  EXPECT_EQ(pair.rule, SamplePair().rule);
  EXPECT_EQ(pair.score, SamplePair().score);
  EXPECT_EQ(pair.match_keys, SamplePair().match_keys);
  EXPECT_EQ(RoundTrip(EntityRow{7}).first_record, 7u);
}

class RowFileTest : public testing::Test {
 protected:
  void Write(uint32_t rows) {
    auto writer = RowFileWriter<EntityRow>::Create(file_);
    ASSERT_TRUE(writer.ok()) << writer.status();
    for (uint32_t i = 0; i < rows; ++i) ASSERT_TRUE((*writer)->Append({i * 3}).ok());
    ASSERT_TRUE((*writer)->Finish().ok());
    EXPECT_EQ((*writer)->rows(), rows);
  }
  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "entities.rows";
};

TEST_F(RowFileTest, RowsAreReadByPositionFewerAtTheEnd) {
  Write(10);
  const auto reader = RowFileReader<EntityRow>::Open(file_);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->rows(), 10u);
  EXPECT_EQ((*reader)->ReadOne(9)->first_record, 27u);
  const auto middle = (*reader)->Read(4, 3);
  ASSERT_EQ(middle->size(), 3u);
  EXPECT_EQ(middle->front().first_record, 12u);
  EXPECT_EQ((*reader)->Read(8, 100)->size(), 2u);
  EXPECT_EQ((*reader)->Read(10, 1)->size(), 0u);
  EXPECT_EQ((*reader)->ReadOne(10).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(RowFileTest, MoreThanOneBufferIsWrittenWhole) {
  Write(600000);  // 2.4 MB, the buffer holds 1 MiB
  const auto reader = RowFileReader<EntityRow>::Open(file_);
  ASSERT_TRUE(reader.ok());
  const auto all = (*reader)->Read(0, 600000);
  ASSERT_EQ(all->size(), 600000u);
  for (uint32_t i = 0; i < 600000; ++i) ASSERT_EQ((*all)[i].first_record, i * 3);
}

TEST_F(RowFileTest, TheDigestIsThatOfTheWholeFile) {
  auto writer = RowFileWriter<EntityRow>::Create(file_, WithDigest::kYes);
  ASSERT_TRUE(writer.ok()) << writer.status();
  for (uint32_t i = 0; i < 600000; ++i) ASSERT_TRUE((*writer)->Append({i * 3}).ok());
  ASSERT_TRUE((*writer)->Finish().ok());
  const Sha256Digest digest = (*writer)->Digest();
  EXPECT_EQ(digest, Sha256Of(*ReadFile(file_)));
  EXPECT_EQ(digest, *(*RowFileReader<EntityRow>::Open(file_))->Digest());
}

TEST_F(RowFileTest, ATemporaryFileCanBeReadOnceItIsFinished) {
  for (const WithDigest with_digest : {WithDigest::kNo, WithDigest::kYes}) {
    auto writer = RowFileWriter<EntityRow>::Create(file_, with_digest);
    ASSERT_TRUE(writer.ok()) << writer.status();
    for (uint32_t i = 0; i < 300000; ++i) ASSERT_TRUE((*writer)->Append({i}).ok());
    ASSERT_TRUE((*writer)->FinishTemporary().ok());
    EXPECT_EQ((*RowFileReader<EntityRow>::Open(file_))->ReadOne(299999)->first_record, 299999u);
  }
}

TEST_F(RowFileTest, AWriterMayBeDroppedWhileItWrites) {
  auto writer = RowFileWriter<EntityRow>::Create(file_, WithDigest::kYes);
  ASSERT_TRUE(writer.ok()) << writer.status();
  for (uint32_t i = 0; i < 300000; ++i) ASSERT_TRUE((*writer)->Append({i}).ok());
  writer->reset();
  EXPECT_GT((*RowFileReader<EntityRow>::Open(file_))->rows(), 0u);
}

TEST_F(RowFileTest, AFullDiskIsSaidByTheLatestWhenTheFileIsFinished) {
  for (const WithDigest with_digest : {WithDigest::kNo, WithDigest::kYes}) {
    auto writer = RowFileWriter<EntityRow>::Create("/dev/full", with_digest);
    ASSERT_TRUE(writer.ok()) << writer.status();
    ASSERT_TRUE((*writer)->Append({1}).ok());
    EXPECT_EQ((*writer)->Finish().code(), absl::StatusCode::kResourceExhausted);
  }
}

TEST_F(RowFileTest, AnInterruptedAttemptIsWrittenAnew) {
  Write(10);
  Write(2);
  EXPECT_EQ((*RowFileReader<EntityRow>::Open(file_))->rows(), 2u);
}

TEST_F(RowFileTest, NobodyElseMayReadIt) {
  Write(1);
  EXPECT_TRUE(ReadPrivateFile(file_).ok());
}

}  // namespace
}  // namespace blindlink::resolver
