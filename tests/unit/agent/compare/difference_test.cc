#include "agent/compare/difference.h"

#include <gtest/gtest.h>

#include "agent/standardize/standardize.h"

namespace blindlink::agent {
namespace {

Difference Compared(v1::Standardizer standardizer, const char* left, const char* right) {
  const auto values = [&](const char* raw) { return Standardize(standardizer, raw, {}).values; };
  return Compare(standardizer, values(left), values(right));
}

TEST(Difference, NamesDifferInTheWaysNamesDo) {
  EXPECT_EQ(Compared(v1::GIVEN_NAME, "Ann", "ANN "), Difference::kSame);
  EXPECT_EQ(Compared(v1::GIVEN_NAME, "Bobby", "Robert"), Difference::kNickname);
  EXPECT_EQ(Compared(v1::GIVEN_NAME, "Robert", "R"), Difference::kInitial);
  EXPECT_EQ(Compared(v1::GIVEN_NAME, "Rbert", "Robert"), Difference::kOneEdit);
  EXPECT_EQ(Compared(v1::GIVEN_NAME, "Robert", "Susan"), Difference::kDifferent);
  EXPECT_EQ(Compared(v1::SURNAME, "Garcia-Lopez", "Lopez"), Difference::kPartOfName);
  EXPECT_EQ(Compared(v1::SURNAME, "Philips", "Fillips"), Difference::kSoundsAlike);
  EXPECT_EQ(Compared(v1::SURNAME, "Carter", "Cartre"), Difference::kOneEdit);
}

TEST(Difference, DatesDifferInTheWaysDatesDo) {
  EXPECT_EQ(Compared(v1::DATE, "1982-04-05", "4/5/1982"), Difference::kSame);
  EXPECT_EQ(Compared(v1::DATE, "1982-04-05", "1982-05-04"), Difference::kSwapped);
  EXPECT_EQ(Compared(v1::DATE, "1982-04-05", "1983-04-05"), Difference::kNearYear);
  EXPECT_EQ(Compared(v1::DATE, "1982-04-05", "1982-04-25"), Difference::kOneEdit);
  EXPECT_EQ(Compared(v1::DATE, "1982-04-05", "1982-04-17"), Difference::kOtherPart);
  EXPECT_EQ(Compared(v1::DATE, "1982-04-05", "1971-11-17"), Difference::kDifferent);
  for (const char* part : {"1982-04", "04/1982", "1982", "Apr 1982", "1982-04-XX"}) {
    EXPECT_EQ(Compared(v1::DATE, "1982-04-05", part), Difference::kKnownInPart) << part;
    EXPECT_LT(WeightOf(Compared(v1::DATE, "1982-04-05", part)),
              WeightOf(Difference::kMissingOnOne));
  }
  EXPECT_EQ(Compared(v1::DATE, "1982-04-05", "1971"), Difference::kDifferent);
}

TEST(Difference, AddressesDifferInTheWaysAddressesDo) {
  const char* home = "48 Bushytail Road Apt 2";
  EXPECT_EQ(Compared(v1::STREET_ADDRESS, home, "48 Bushy tail RD #2"), Difference::kSame);
  EXPECT_EQ(Compared(v1::STREET_ADDRESS, home, "48 Bushytail Road"), Difference::kUnit);
  EXPECT_EQ(Compared(v1::STREET_ADDRESS, home, "48 Bushytail Lane"), Difference::kStreetType);
  EXPECT_EQ(Compared(v1::STREET_ADDRESS, home, "48 Bushitail Road"), Difference::kStreetTypo);
  EXPECT_EQ(Compared(v1::STREET_ADDRESS, home, "84 Bushytail Road"), Difference::kHouseNumber);
  EXPECT_EQ(Compared(v1::STREET_ADDRESS, home, "301 Oak Lane"), Difference::kDifferent);
}

TEST(Difference, NumbersDifferInTheWaysNumbersDo) {
  EXPECT_EQ(Compared(v1::SSN, "212-34-6678", "212346687"), Difference::kOneEdit);
  EXPECT_EQ(Compared(v1::SSN, "212-34-6678", "431-22-6678"), Difference::kSameLastFour);
  EXPECT_EQ(Compared(v1::SSN, "212-34-6678", "431-22-9999"), Difference::kDifferent);
  EXPECT_EQ(Compared(v1::POSTAL_CODE, "02139", "02139-1234"), Difference::kSame);
  EXPECT_EQ(Compared(v1::POSTAL_CODE, "02139", "02174"), Difference::kSamePrefix);
  EXPECT_EQ(Compared(v1::EMAIL, "a.roe@mercy.org", "a.roe@general.net"),
            Difference::kSameLocalPart);
}

TEST(Difference, NothingToCompareIsNoDisagreement) {
  EXPECT_EQ(Compared(v1::GIVEN_NAME, "", ""), Difference::kMissingOnBoth);
  EXPECT_EQ(Compared(v1::GIVEN_NAME, "Ann", ""), Difference::kMissingOnOne);
  // A placeholder counts as no value.
  EXPECT_EQ(Compared(v1::SSN, "999-99-9999", "212-34-6678"), Difference::kMissingOnOne);
}

TEST(Difference, OfSeveralValuesTheNearestCount) {
  const auto both = Standardize(v1::SURNAME, "Smith (née Jones)", {}).values;
  ASSERT_EQ(both.size(), 2);
  EXPECT_EQ(Compare(v1::SURNAME, both, Standardize(v1::SURNAME, "Jones", {}).values),
            Difference::kSame);
}

TEST(Difference, OneEditIsOneInsertionDeletionSubstitutionOrExchange) {
  EXPECT_TRUE(IsOneEdit("ABCD", "ABD"));
  EXPECT_TRUE(IsOneEdit("ABD", "ABCD"));
  EXPECT_TRUE(IsOneEdit("ABCD", "ABXD"));
  EXPECT_TRUE(IsOneEdit("ABCD", "ACBD"));
  EXPECT_TRUE(IsOneEdit("", "A"));
  EXPECT_TRUE(IsOneEdit("佐藤", "佐東"));  // characters, not bytes
  EXPECT_FALSE(IsOneEdit("ABCD", "ABCD"));
  EXPECT_FALSE(IsOneEdit("ABCD", "BADC"));
  EXPECT_FALSE(IsOneEdit("ABCD", "AB"));
  EXPECT_FALSE(IsOneEdit("", ""));
}

TEST(Difference, EveryDifferenceHasAName) {
  for (int i = 0; i <= static_cast<int>(Difference::kDifferent); ++i) {
    EXPECT_FALSE(NameOf(static_cast<Difference>(i)).empty()) << i;
  }
  EXPECT_EQ(NameOf(Difference::kDifferent), "different");
  EXPECT_EQ(NameOf(Difference::kUnit), "unit");
}

}  // namespace
}  // namespace blindlink::agent
