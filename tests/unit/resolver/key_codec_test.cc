#include "resolver/index/rocksdb/key_codec.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <tuple>

#include "common/base/hex.h"

namespace blindlink::resolver {
namespace {

Posting Sample() {
  Posting posting;
  for (uint8_t i = 0; i < 10; ++i) posting.token.bytes[i] = static_cast<uint8_t>(0xa0 + i);
  posting.match_key = 7;
  posting.dataset = 0x01020304;
  posting.record = 0x0a0b0c0d;
  posting.form = 0xee;
  return posting;
}

TEST(KeyCodec, APostingHasTheBytesOfTheDocument) {
  EXPECT_EQ(HexEncode(AsView(EncodePosting(Sample()))), "01020304a0a1a2a3a4a5a6a7a8a9070a0b0c0dee");
}

TEST(KeyCodec, ARecordHasTheBytesOfTheDocument) {
  EXPECT_EQ(HexEncode(AsView(EncodeRecord(1, 0x00010000))), "0000000100010000");
}

TEST(KeyCodec, WhatIsEncodedIsDecoded) {
  EXPECT_EQ(DecodePosting(AsView(EncodePosting(Sample()))), Sample());
  const auto record = DecodeRecord(AsView(EncodeRecord(3, 4000000000u)));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->dataset, 3u);
  EXPECT_EQ(record->record, 4000000000u);
}

TEST(KeyCodec, AKeyOfAnotherLengthIsNone) {
  const std::string key(AsView(EncodePosting(Sample())));
  EXPECT_FALSE(DecodePosting(key.substr(1)).has_value());
  EXPECT_FALSE(DecodePosting(key + "x").has_value());
  EXPECT_FALSE(DecodeRecord("1234567").has_value());
}

// Few distinct values in every position, so that ties occur in each.
TEST(KeyCodec, TheOrderOfBytesIsTheOrderOfDatasetsThenPostings) {
  std::mt19937 random(1);
  const auto draw = [&random] {
    Posting posting;
    posting.token.bytes[0] = static_cast<uint8_t>(random() % 2 * 200);
    posting.token.bytes[9] = static_cast<uint8_t>(random() % 2);
    posting.match_key = static_cast<uint8_t>(random() % 2 * 255);
    posting.dataset = random() % 2 == 0 ? 1 : 0x01000000;
    posting.record = random() % 2 == 0 ? 255 : 256;
    posting.form = static_cast<uint8_t>(random() % 3 * 127);
    return posting;
  };
  for (int i = 0; i < 5000; ++i) {
    const Posting a = draw();
    const Posting b = draw();
    ASSERT_EQ(std::tie(a.dataset, a) < std::tie(b.dataset, b),
              AsView(EncodePosting(a)) < AsView(EncodePosting(b)));
  }
}

}  // namespace
}  // namespace blindlink::resolver
