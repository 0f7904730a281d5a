#include "agent/risk/hierarchy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "agent/risk/hierarchy_file.h"
#include "tests/unit/agent/risk/risk_samples.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;

std::string MistakeIn(const std::string& text) {
  const absl::StatusOr<Hierarchy> tree = ReadHierarchy(WriteSample("hierarchy.csv", text));
  EXPECT_FALSE(tree.ok());
  return std::string(tree.status().message());
}

TEST(HierarchyTest, GroupsHoldTheirValues) {
  const absl::StatusOr<Hierarchy> tree =
      ReadHierarchy(WriteSample("zip.csv", "10;1*;*\n11;1*;*\n20;2*;*\n"));
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(tree->name(tree->Join(tree->Find("10"), tree->Find("11"))), "1*");
  EXPECT_EQ(tree->Join(tree->Find("10"), tree->Find("20")), tree->root());
  EXPECT_EQ(tree->leaves(tree->Find("1*")), 2);
  EXPECT_EQ(tree->leaves(tree->root()), 3);
  EXPECT_EQ(tree->Find("30"), kNoNode);
}

TEST(HierarchyTest, AValueNamedLikeItsGroupIsThatGroup) {
  const absl::StatusOr<Hierarchy> tree =
      ReadHierarchy(WriteSample("home.csv", "Home,Home,*\nAMA,Home,*\nDied,End,*\n"));
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(tree->leaves(tree->Find("Home")), 2);
  EXPECT_EQ(tree->Join(tree->Find("Home"), tree->Find("AMA")), tree->Find("Home"));
}

TEST(HierarchyTest, GroupsWithoutACommonTopComeUnderAStar) {
  const absl::StatusOr<Hierarchy> tree = ReadHierarchy(WriteSample("top.csv", "a;x\nb;y\n"));
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(tree->name(tree->root()), "*");
}

TEST(HierarchyTest, AGroupWithTwoLargerGroupsIsNamedByLineAndColumn) {
  EXPECT_THAT(MistakeIn("a;x;p;*\nb;x;q;*\n"), HasSubstr("line 2: column 3"));
}

TEST(HierarchyTest, GroupsInACircleAreRefused) {
  EXPECT_THAT(MistakeIn("a;b;*\nb;a;*\n"), HasSubstr("line 2: column 2"));
  EXPECT_THAT(MistakeIn("a;b;a\n"), HasSubstr("line 1: column 3"));
}

TEST(HierarchyTest, LinesOfUnequalLengthAreRefused) {
  EXPECT_THAT(MistakeIn("a;x;*\nb;*\n"), HasSubstr("line 2: has 2 columns"));
}

TEST(HierarchyTest, AnEmptyGroupIsRefused) {
  EXPECT_THAT(MistakeIn("a;;*\n"), HasSubstr("column 2 is empty"));
}

TEST(HierarchyTest, NumbersComeInRangesThatDoubleAtMultiplesOfTheirWidth) {
  const absl::StatusOr<Hierarchy> tree = MakeNumberHierarchy(0, 99, 5);
  ASSERT_TRUE(tree.ok()) << tree.status();
  EXPECT_EQ(tree->name(tree->parent(tree->Find("42"))), "40-44");
  EXPECT_EQ(tree->name(tree->Join(tree->Find("42"), tree->Find("47"))), "40-49");
  EXPECT_EQ(tree->leaves(tree->root()), 100);
}

}  // namespace
}  // namespace blindlink::agent
