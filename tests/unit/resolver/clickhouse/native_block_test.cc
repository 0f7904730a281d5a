#include "resolver/index/clickhouse/native_block.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink::resolver {
namespace {

using std::string_literals::operator""s;

const std::vector<NativeType> kTypes = {kUInt8, kUInt16, kUInt32, kUInt64, FixedString(3), kString};

std::string TwoRows() {
  std::string names;
  AppendNativeString("", &names);
  AppendNativeString("anna", &names);
  std::string body;
  AppendNativeBlock(
      {{"a", kUInt8, "\x01\x02"},
       {"b", kUInt16, "\x01\x00\x00\x01"s},
       {"c", kUInt32, "\x01\x00\x00\x00\x00\x00\x00\x80"s},
       {"d", kUInt64, "\x01\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"s},
       {"e", FixedString(3), "abcdef"},
       {"f", kString, names}},
      2, &body);
  return body;
}

TEST(NativeBlock, ABlockIsReadAsItWasWritten) {
  const std::string body = TwoRows() + TwoRows();
  NativeReader reader(body, kTypes);
  for (int times = 0; times < 2; ++times) {
    NativeBlock block;
    ASSERT_TRUE(reader.Next(&block).value());
    ASSERT_EQ(block.rows, 2u);
    EXPECT_EQ(block.columns[0].At<uint8_t>(1), 2);
    EXPECT_EQ(block.columns[1].At<uint16_t>(1), 256);
    EXPECT_EQ(block.columns[2].At<uint32_t>(1), 0x80000000U);
    EXPECT_EQ(block.columns[3].At<uint64_t>(1), UINT64_MAX);
    EXPECT_EQ(block.columns[4].bytes(), "abcdef");
    EXPECT_EQ(block.columns[5].StringAt(0), "");
    EXPECT_EQ(block.columns[5].StringAt(1), "anna");
  }
  NativeBlock none;
  EXPECT_FALSE(reader.Next(&none).value());
}

// As ClickHouse 18.16 answers SELECT count(), sum(x).
TEST(NativeBlock, AServersBlockHasTheseBytes) {
  std::string body;
  AppendNativeBlock({{"count()", kUInt64, "\x0a\0\0\0\0\0\0\0"s}}, 1, &body);
  EXPECT_EQ(body, "\x01\x01\x07"s + "count()\x06UInt64\x0a\0\0\0\0\0\0\0"s);
}

TEST(NativeBlock, ABodyThatEndsInsideABlockIsUnavailableWhereverItEnds) {
  const std::string body = TwoRows();
  for (size_t size = 1; size < body.size(); ++size) {
    NativeReader reader(absl::string_view(body).substr(0, size), kTypes);
    NativeBlock block;
    EXPECT_EQ(reader.Next(&block).status().code(), absl::StatusCode::kUnavailable) << size;
  }
}

TEST(NativeBlock, TextInPlaceOfABlockIsFoundWhereItBegins) {
  const std::string text = "Code: 40, e.displayText() = DB::Exception: Checksum doesn't match";
  const std::string body = TwoRows() + text;
  NativeReader reader(body, kTypes);
  NativeBlock block;
  ASSERT_TRUE(reader.Next(&block).value());
  EXPECT_EQ(reader.Next(&block).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(reader.rest(), text);
}

TEST(NativeBlock, ABlockOfOtherTypesIsRefused) {
  const std::string body = TwoRows();
  const std::vector<std::vector<NativeType>> others = {
      {kUInt8}, {kUInt8, kUInt16, kUInt32, kUInt64, FixedString(4), kString}};
  for (const auto& types : others) {
    NativeReader reader(body, types);
    NativeBlock block;
    EXPECT_EQ(reader.Next(&block).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(NativeBlock, ANumberOfRowsThatTheBodyCannotHoldIsACutBody) {
  std::string body = "\x01"s;                       // columns
  body += "\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s;  // rows
  body += "\x01x\x06UInt64"s;
  const std::vector<NativeType> types = {kUInt64};
  NativeReader reader(body, types);
  NativeBlock block;
  EXPECT_EQ(reader.Next(&block).status().code(), absl::StatusCode::kUnavailable);
}

TEST(NativeBlock, ABlockWithoutRowsIsNoEnd) {
  std::string body;
  AppendNativeBlock({{"a", kUInt8, ""}}, 0, &body);
  AppendNativeBlock({{"a", kUInt8, "x"}}, 1, &body);
  const std::vector<NativeType> types = {kUInt8};
  NativeReader reader(body, types);
  NativeBlock block;
  ASSERT_TRUE(reader.Next(&block).value());
  EXPECT_EQ(block.rows, 0u);
  ASSERT_TRUE(reader.Next(&block).value());
  EXPECT_EQ(block.rows, 1u);
}

}  // namespace
}  // namespace blindlink::resolver
