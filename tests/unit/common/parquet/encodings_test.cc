#include "common/parquet/encodings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace blindlink {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string Bytes(const std::vector<int>& bytes) { return {bytes.begin(), bytes.end()}; }

std::vector<uint32_t> Decode(const std::string& bytes, int width, size_t at_most = 100) {
  HybridDecoder decoder(bytes, width);
  std::vector<uint32_t> values;
  uint32_t value = 0;
  while (values.size() < at_most && decoder.Next(&value)) values.push_back(value);
  return values;
}

std::vector<int64_t> DecodeDeltas(const std::string& bytes) {
  DeltaDecoder decoder(bytes);
  std::vector<int64_t> values;
  int64_t value = 0;
  while (decoder.Next(&value)) values.push_back(value);
  return values;
}

TEST(Hybrid, TheFormatsExampleOfPackedValues) {
  // Encodings.md: 0 to 7 in three bits each are 10001000 11000110 11111010.
  EXPECT_THAT(Decode(Bytes({0x03, 0x88, 0xc6, 0xfa}), 3), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST(Hybrid, RunsAndPackedValuesFollowEachOther) {
  EXPECT_THAT(Decode(Bytes({0x06, 0x05, 0x03, 0x88, 0xc6, 0xfa, 0x04, 0x02}), 3),
              ElementsAre(5, 5, 5, 0, 1, 2, 3, 4, 5, 6, 7, 2, 2));
}

TEST(Hybrid, ValuesOfSeveralBytesInARun) {
  EXPECT_THAT(Decode(Bytes({0x04, 0x34, 0x12}), 13), ElementsAre(0x1234, 0x1234));
}

TEST(Hybrid, NoBitsAtAllAreZeros) { EXPECT_THAT(Decode(Bytes({0x06}), 0), ElementsAre(0, 0, 0)); }

TEST(Hybrid, BytesThatEndTooEarlyGiveNoValue) {
  EXPECT_THAT(Decode("", 3), IsEmpty());
  EXPECT_THAT(Decode(Bytes({0x06}), 3), IsEmpty());
  EXPECT_THAT(Decode(Bytes({0x80}), 3), IsEmpty());
  EXPECT_THAT(Decode(Bytes({0xff, 0xff, 0xff, 0xff, 0x0f, 0x01}), 3), IsEmpty());
}

TEST(Delta, ConstantDifferences) {
  // Encodings.md: 1, 2, 3, 4, 5: the block's least difference is 1, the rest needs no bits. Here
  // blocks of 128 in four miniblocks.
  EXPECT_THAT(DecodeDeltas(Bytes({0x80, 0x01, 0x04, 0x05, 0x02, 0x02, 0, 0, 0, 0})),
              ElementsAre(1, 2, 3, 4, 5));
}

TEST(Delta, DifferencesOfTwoBits) {
  // Encodings.md: 7, 5, 3, 1, 2, 3, 4, 5: least difference -2, then 0 0 0 3 3 3 3 in two bits.
  std::vector<int> bytes = {0x80, 0x01, 0x04, 0x08, 0x0e, 0x03, 2, 0, 0, 0, 0xc0, 0x3f};
  bytes.resize(bytes.size() + 6);  // a miniblock of 32 values is eight bytes
  EXPECT_THAT(DecodeDeltas(Bytes(bytes)), ElementsAre(7, 5, 3, 1, 2, 3, 4, 5));
}

TEST(Delta, OneValueIsInTheHead) {
  EXPECT_THAT(DecodeDeltas(Bytes({0x80, 0x01, 0x04, 0x01, 0x03})), ElementsAre(-2));
  EXPECT_THAT(DecodeDeltas(Bytes({0x80, 0x01, 0x04, 0x00, 0x00})), IsEmpty());
}

TEST(Delta, WhatFollowsTheValuesIsKnownOnceAllWereGiven) {
  const std::string bytes = Bytes({0x80, 0x01, 0x04, 0x01, 0x03}) + "rest";
  absl::string_view rest;
  EXPECT_TRUE(FindAfterDeltas(bytes, 1, &rest));
  EXPECT_EQ(rest, "rest");
  EXPECT_FALSE(FindAfterDeltas(bytes, 0, &rest));
}

TEST(Delta, HeadsThatCannotBeAreErrors) {
  absl::string_view rest;
  for (const std::vector<int>& bytes :
       std::vector<std::vector<int>>{{},
                                     {0x80, 0x01},
                                     {0x00, 0x04, 0x05, 0x02},              // no values in a block
                                     {0x80, 0x01, 0x00, 0x05, 0x02},        // no miniblocks
                                     {0x80, 0x01, 0x08, 0x05, 0x02},        // miniblocks of 16
                                     {0xff, 0xff, 0xff, 0xff, 0x0f, 0x01},  // a block of 2^32
                                     {0x80, 0x01, 0x04, 0x05, 0x02, 0x02, 65, 0, 0, 0},
                                     {0x80, 0x01, 0x04, 0x05, 0x02, 0x02, 8, 0, 0, 0}}) {
    EXPECT_FALSE(FindAfterDeltas(Bytes(bytes), 100, &rest));
  }
}

TEST(DeltaLength, TextsAfterTheirLengths) {
  // Lengths 2, 0, 3: first 2, differences -2 and 3, the least of which is -2: 0 and 5 in three
  // bits.
  std::vector<int> head = {0x80, 0x01, 0x04, 0x03, 0x04, 0x03, 3, 0, 0, 0, 0x28};
  head.resize(head.size() + 11);
  const std::string bytes = Bytes(head) + "abxyz";
  DeltaLengthDecoder decoder(bytes, 3);
  absl::string_view value;
  ASSERT_TRUE(decoder.Next(&value));
  EXPECT_EQ(value, "ab");
  ASSERT_TRUE(decoder.Next(&value));
  EXPECT_EQ(value, "");
  ASSERT_TRUE(decoder.Next(&value));
  EXPECT_EQ(value, "xyz");
  EXPECT_FALSE(decoder.Next(&value));
  DeltaLengthDecoder cut(absl::string_view(bytes).substr(0, bytes.size() - 1), 3);
  EXPECT_TRUE(cut.Next(&value) && cut.Next(&value));
  EXPECT_FALSE(cut.Next(&value));
}

}  // namespace
}  // namespace blindlink
