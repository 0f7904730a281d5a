#include "agent/clinical/source/text_table.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace blindlink::agent {
namespace {

TEST(TextTableTest, DifferentTextsGetDifferentNumbersAndKeepThem) {
  TextTable table;
  for (uint32_t i = 0; i < 10'000; ++i) {
    EXPECT_EQ(table.Add(absl::StrCat("visit", i)), std::make_pair(i, true));
  }
  for (uint32_t i = 0; i < 10'000; ++i) {
    EXPECT_EQ(table.Add(absl::StrCat("visit", i)), std::make_pair(i, false));
    EXPECT_EQ(table.Text(i), absl::StrCat("visit", i));
  }
  EXPECT_EQ(table.Find("visit10000"), TextTable::kNone);
  EXPECT_EQ(table.Find(""), TextTable::kNone);
}

TEST(TextTableTest, AKeyKeepsItsFirstIdAndSeveralKeysMayShareOne) {
  IdMap ids;
  EXPECT_TRUE(ids.empty());
  ids.Add("1", "P1");
  ids.Add("2", "P1");
  ids.Add("1", "P9");
  EXPECT_EQ(ids.IdOf("1"), "P1");
  EXPECT_EQ(ids.IdOf("2"), "P1");
  EXPECT_EQ(ids.IdOf("3"), "");
}

}  // namespace
}  // namespace blindlink::agent
