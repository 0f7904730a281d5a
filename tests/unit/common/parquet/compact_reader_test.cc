#include "common/parquet/compact_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace blindlink {
namespace {

using Type = CompactReader::Type;

TEST(CompactReader, ReadsFieldsByNumberAndSkipsTheOthers) {
  // 1: i32 -3, 2: binary "ab", 4: true, 5: list of i32 {1, 2}, 20: struct {1: byte 7}.
  const std::string bytes("\x15\x05\x18\x02\x61\x62\x21\x19\x25\x02\x04\x0c\x28\x13\x07\x00\x00",
                          17);
  CompactReader in(bytes);
  int64_t number = 0;
  absl::string_view text;
  bool flag = false;
  int64_t in_struct = 0;
  in.Struct([&](int id, Type type) {
    if (id == 1) {
      number = in.Int(type);
    } else if (id == 2) {
      text = in.Binary(type);
    } else if (id == 4) {
      flag = in.Bool(type);
    } else if (id == 20) {
      in.Struct(type, [&](int, Type of) { in_struct = in.Int(of); });
    } else {
      in.Skip(type);
    }
  });
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.used(), bytes.size());
  EXPECT_EQ(number, -3);
  EXPECT_EQ(text, "ab");
  EXPECT_TRUE(flag);
  EXPECT_EQ(in_struct, 7);
}

TEST(CompactReader, AFieldOfAnotherTypeIsAnError) {
  CompactReader in(absl::string_view("\x15\x05\x00", 3));
  in.Struct([&](int, Type type) { EXPECT_EQ(in.Binary(type), ""); });
  EXPECT_FALSE(in.ok());
}

TEST(CompactReader, EveryPrefixOfAStructureIsAnError) {
  const std::string bytes("\x15\x05\x18\x02\x61\x62\x21\x19\x25\x02\x04\x0c\x28\x13\x07\x00\x00",
                          17);
  for (size_t size = 0; size < bytes.size(); ++size) {
    CompactReader in(absl::string_view(bytes).substr(0, size));
    in.Struct([&](int, Type type) { in.Skip(type); });
    EXPECT_FALSE(in.ok()) << size;
  }
}

TEST(CompactReader, AListLongerThanTheBytesIsAnErrorBeforeItsFirstElement) {
  CompactReader in(absl::string_view("\x19\xf5\xff\xff\xff\xff\x0f\x02\x00", 9));
  int elements = 0;
  in.Struct([&](int, Type type) {
    in.List(type, [&](Type of) {
      ++elements;
      in.Skip(of);
    });
  });
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(elements, 0);
}

TEST(CompactReader, StructuresWithinEachOtherWithoutEndAreAnError) {
  const std::string bytes(100'000, '\x1c');
  CompactReader in(bytes);
  in.Struct([&](int, Type type) { in.Skip(type); });
  EXPECT_FALSE(in.ok());
  const std::string lists(100'000, '\x19');
  CompactReader of_lists(lists);
  of_lists.Struct([&](int, Type type) { of_lists.Skip(type); });
  EXPECT_FALSE(of_lists.ok());
}

}  // namespace
}  // namespace blindlink
