#include "common/base/encoding.h"

#include <gtest/gtest.h>

namespace blindlink {
namespace {

using std::string_literals::operator""s;

TEST(Encoding, NumbersAreBigEndianAndAppended) {
  std::string out = "x";
  AppendNumber32(0x01020304, &out);
  AppendNumber64(0x05060708090a0b0c, &out);
  EXPECT_EQ(out, "x\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c");
}

TEST(Encoding, ATextFollowsItsLength) {
  std::string narrow;
  AppendText32("SMITH", &narrow);
  AppendText32("", &narrow);
  EXPECT_EQ(narrow, "\0\0\0\5SMITH\0\0\0\0"s);
  std::string wide;
  AppendText64("ab", &wide);
  EXPECT_EQ(wide, "\0\0\0\0\0\0\0\2ab"s);
}

TEST(Encoding, MovingALetterToTheNextTextChangesTheBytes) {
  std::string one;
  std::string other;
  for (const char* text : {"ab", "c"}) AppendText32(text, &one);
  for (const char* text : {"a", "bc"}) AppendText32(text, &other);
  EXPECT_NE(one, other);
}

}  // namespace
}  // namespace blindlink
