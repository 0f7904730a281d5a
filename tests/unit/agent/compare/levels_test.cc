#include <gtest/gtest.h>

#include <string>

#include "agent/compare/name_levels.h"
#include "agent/compare/place_level.h"
#include "agent/compare/value_levels.h"
#include "tests/unit/agent/compare/comparable.h"

namespace blindlink::agent {
namespace {

std::string Given(const std::string& left, const std::string& right) {
  return GivenNameLevels()[GivenNameLevel(Comparable(v1::GIVEN_NAME, left),
                                          Comparable(v1::GIVEN_NAME, right))];
}
std::string Surname(const std::string& left, const std::string& right) {
  return SurnameLevels()[SurnameLevel(Comparable(v1::SURNAME, left),
                                      Comparable(v1::SURNAME, right))];
}
std::string Level(v1::Standardizer standardizer, const std::string& left,
                  const std::string& right) {
  const Comparison comparison = TraitsOf(standardizer).comparison;
  return LevelsOf(comparison)[ValueLevel(comparison, Comparable(standardizer, left),
                                         Comparable(standardizer, right))];
}

TEST(LevelsTest, EveryFieldGoesFromMissingOverDiffersToExact) {
  for (int i = 0; i <= static_cast<int>(Comparison::kCode); ++i) {
    const LevelNames levels = LevelsOf(static_cast<Comparison>(i));
    EXPECT_STREQ(levels.at(0), "missing");
    EXPECT_STREQ(levels.at(1), "differs");
    EXPECT_STREQ(levels.back(), "exact");
    EXPECT_LE(levels.size(), 16u);  // four bits
  }
}

TEST(LevelsTest, GivenNamesAreComparedByLettersNicknamesPartsAndSound) {
  EXPECT_EQ(Given("Robert", "ROBERT"), "exact");
  EXPECT_EQ(Given("Robert", "Robret"), "very close");
  EXPECT_EQ(Given("Bobby", "Robert"), "nickname");
  EXPECT_EQ(Given("Bob", "Rob"), "nickname");
  EXPECT_EQ(Given("Rosa Isabel", "Isabel"), "part");
  EXPECT_EQ(Given("Phaedrus", "Feydris"), "sounds");
  EXPECT_EQ(Given("R", "Robert"), "initial");
  EXPECT_EQ(Given("R", "R"), "initial");
  EXPECT_EQ(Given("R", "Peter"), "differs");
  EXPECT_EQ(Given("Robert", "Rosalind"), "same initial");
  EXPECT_EQ(Given("Robert", "Susan"), "differs");
}

TEST(LevelsTest, SurnamesAreComparedByLettersPartsAndSound) {
  EXPECT_EQ(Surname("Carter", "Carter"), "exact");
  EXPECT_EQ(Surname("Carter", "Cartre"), "very close");
  EXPECT_EQ(Surname("Garcia-Lopez", "Lopez"), "part");
  EXPECT_EQ(Surname("Meyer", "Maier"), "sounds");
  EXPECT_EQ(Surname("Carter", "Novak"), "differs");
}

TEST(LevelsTest, DatesAreExactSwappedOneDigitOffNearOrPartlyTheSame) {
  EXPECT_EQ(Level(v1::DATE, "1982-04-05", "4/5/1982"), "exact");
  EXPECT_EQ(Level(v1::DATE, "1982-04-05", "1982-05-04"), "swapped");
  EXPECT_EQ(Level(v1::DATE, "1982-04-05", "1982-04"), "year and month");
  EXPECT_EQ(Level(v1::DATE, "1982-04-05", "04/1982"), "year and month");
  EXPECT_EQ(Level(v1::DATE, "1982-04-05", "1982"), "year only");
  EXPECT_EQ(Level(v1::DATE, "1982-04-15", "1982-04-16"), "one digit");
  EXPECT_EQ(Level(v1::DATE, "1982-04-12", "1982-04-21"), "one digit");  // transposed
  EXPECT_EQ(Level(v1::DATE, "1982-04-15", "1983-04-15"), "near year");
  EXPECT_EQ(Level(v1::DATE, "1979-04-15", "1980-04-15"), "near year");
  EXPECT_EQ(Level(v1::DATE, "1928-04-15", "1982-04-15"), "near year");  // transposed
  EXPECT_EQ(Level(v1::DATE, "1936-04-15", "1982-04-15"), "month and day");
  EXPECT_EQ(Level(v1::DATE, "1982-04-15", "1982-04-30"), "year and part");
  EXPECT_EQ(Level(v1::DATE, "1982-04-15", "1982-11-30"), "year");
  EXPECT_EQ(Level(v1::DATE, "1982-04-15", "1957-11-30"), "differs");
}

TEST(LevelsTest, ADateKnownInPartDoesNotDifferInWhatItLacks) {
  EXPECT_EQ(Level(v1::DATE, "1982-04-15", "1982"), "year only");
  EXPECT_EQ(Level(v1::DATE, "1982", "1982"), "year only");
  EXPECT_EQ(Level(v1::DATE, "1982-04-15", "1983"), "differs");
  EXPECT_EQ(Level(v1::DATE, "1982-04-15", "1982-04"), "year and month");
  EXPECT_EQ(Level(v1::DATE, "1982-04-15", "1982-05"), "year");
}

TEST(LevelsTest, ADateThatCannotBeRightIsComparedByItsParts) {
  EXPECT_EQ(Level(v1::DATE, "1982-04-30", "1982-04-31"), "one digit");
  EXPECT_EQ(Level(v1::DATE, "1982-04-13", "1982-13-04"), "swapped");
  EXPECT_EQ(Level(v1::DATE, "1982-04-15", "1092-04-15"), "month and day");
}

TEST(LevelsTest, OnlyDateLevelsOfOneBirthYearSaySo) {
  const std::vector<std::string> same = {"year",      "year and part",  "one digit", "swapped",
                                         "year only", "year and month", "exact"};
  for (size_t level = 0; level < LevelsOf(Comparison::kDate).size(); ++level) {
    const bool expected =
        std::find(same.begin(), same.end(), LevelsOf(Comparison::kDate)[level]) != same.end();
    EXPECT_EQ((DateLevelsOfSameYear() >> level & 1) == 1, expected)
        << LevelsOf(Comparison::kDate)[level];
  }
}

TEST(LevelsTest, StreetAddressesAreComparedByTheirParts) {
  const auto street = [](const std::string& a, const std::string& b) {
    return Level(v1::STREET_ADDRESS, a, b);
  };
  EXPECT_EQ(street("12 Bushytail Road", "12 Bushy tail RD"), "exact");
  EXPECT_EQ(street("48 Elm Street Unit 2", "48 Elm St"), "exact");
  EXPECT_EQ(street("48 Elm Street Unit 2", "48 Elm St Apt 3"), "other unit");
  EXPECT_EQ(street("48 Elmwood Street", "48 Elmwod Street"), "similar");
  EXPECT_EQ(street("48 Elm Street", "84 Elm Street"), "similar");  // transposed
  EXPECT_EQ(street("48 Elm Street", "301 Elm Street"), "street");
  EXPECT_EQ(street("48 Elm Street", "48 Oak Lane"), "house number");
  EXPECT_EQ(street("48 Elm Street", "7 Oak Lane"), "differs");
  EXPECT_EQ(street("PO Box 12", "P.O. Box 12"), "exact");
  EXPECT_EQ(street("PO Box 12", "PO Box 77"), "differs");
}

TEST(LevelsTest, NumbersAreComparedByEditDistance) {
  EXPECT_EQ(Level(v1::SSN, "219-09-9123", "219099123"), "exact");
  EXPECT_EQ(Level(v1::SSN, "219-09-9123", "219-09-9132"), "one digit");
  EXPECT_EQ(Level(v1::SSN, "219-09-9123", "219-09-8124"), "two digits");
  EXPECT_EQ(Level(v1::SSN, "219-09-9123", "456-31-7740"), "differs");
  EXPECT_EQ(Level(v1::PHONE, "617-253-0142", "(617) 253-0142"), "exact");
  EXPECT_EQ(Level(v1::EMAIL, "ann.roe@postbox.net", "ann.roe@webmail.net"), "close");
  EXPECT_EQ(Level(v1::EMAIL, "ann.roe@postbox.net", "peter@postbox.net"), "differs");
  EXPECT_EQ(Level(v1::SEX, "F", "female"), "exact");
}

TEST(LevelsTest, OfSeveralPhonesTheOneThatIsSharedCounts) {
  const std::vector<ComparableValue> left = {Comparable(v1::PHONE, "617-253-0142"),
                                             Comparable(v1::PHONE, "617-253-0199")};
  const std::vector<ComparableValue> right = {Comparable(v1::PHONE, "212-736-0101"),
                                              Comparable(v1::PHONE, "617-253-0199")};
  size_t best = 0;
  for (const ComparableValue& a : left) {
    for (const ComparableValue& b : right)
      best = std::max(best, ValueLevel(Comparison::kPhone, a, b));
  }
  EXPECT_STREQ(LevelsOf(Comparison::kPhone)[best], "exact");
}

class PlaceTest : public testing::Test {
 protected:
  static std::vector<ComparableValue> One(v1::Standardizer standardizer, const std::string& raw) {
    if (raw.empty()) return {};
    return {Comparable(standardizer, raw)};
  }
  static std::string Compare(const std::vector<std::string>& left,
                             const std::vector<std::string>& right) {
    const auto zip_a = One(v1::POSTAL_CODE, left[0]), zip_b = One(v1::POSTAL_CODE, right[0]);
    const auto city_a = One(v1::CITY, left[1]), city_b = One(v1::CITY, right[1]);
    const auto state_a = One(v1::STATE, left[2]), state_b = One(v1::STATE, right[2]);
    return PlaceLevels()[PlaceLevel({&zip_a, &city_a, &state_a}, {&zip_b, &city_b, &state_b})];
  }
};

TEST_F(PlaceTest, CityStateAndPostalCodeAreJudgedTogether) {
  EXPECT_EQ(Compare({"02139", "Cambridge", "MA"}, {"02139-1234", "Cambridge", "MA"}), "exact");
  EXPECT_EQ(Compare({"02139", "", ""}, {"02139", "Cambridge", "MA"}), "exact");
  EXPECT_EQ(Compare({"02139", "Cambridge", "MA"}, {"02139", "Boston", "MA"}), "postal code");
  EXPECT_EQ(Compare({"02139", "Cambridge", "MA"}, {"01001", "Cambridge", "MA"}), "city");
  EXPECT_EQ(Compare({"02139", "Cambridge", ""}, {"02193", "Boston", ""}), "similar");
  EXPECT_EQ(Compare({"02139", "Cambridge", "MA"}, {"02155", "Medford", "MA"}), "area");
  EXPECT_EQ(Compare({"02139", "Cambridge", "MA"}, {"01001", "Agawam", "MA"}), "state");
  EXPECT_EQ(Compare({"02139", "Cambridge", "MA"}, {"90210", "Beverly Hills", "CA"}), "differs");
  EXPECT_EQ(Compare({"02139", "", ""}, {"", "Cambridge", "MA"}), "missing");
}

class FullNameTest : public testing::Test {
 protected:
  struct Names {
    std::vector<ComparableValue> given, middle, surname;
  };
  static Names Of(const std::string& given, const std::string& middle, const std::string& surname) {
    Names names;
    if (!given.empty()) names.given = {Comparable(v1::GIVEN_NAME, given)};
    if (!middle.empty()) names.middle = {Comparable(v1::MIDDLE_NAME, middle)};
    if (!surname.empty()) names.surname = {Comparable(v1::SURNAME, surname)};
    return names;
  }
  static std::string Compare(const Names& left, const Names& right) {
    const FullNameLevels levels = CompareFullNames({&left.given, &left.middle, &left.surname},
                                                   {&right.given, &right.middle, &right.surname});
    return std::string(GivenNameLevels()[levels.given]) + ", " + SurnameLevels()[levels.surname];
  }
};

TEST_F(FullNameTest, ExchangedNamesAreOneAgreementNotTwo) {
  EXPECT_EQ(Compare(Of("Carter", "", "Susan"), Of("Susan", "", "Carter")), "exchanged, missing");
  EXPECT_EQ(Compare(Of("Cartre", "", "Susan"), Of("Susan", "", "Carter")), "exchanged, missing");
}

TEST_F(FullNameTest, AMiddleNameMayStandWhereTheFirstNameIsExpected) {
  EXPECT_EQ(Compare(Of("Elizabeth", "", "Carter"), Of("Susan", "Elizabeth", "Carter")),
            "middle, exact");
  EXPECT_EQ(Compare(Of("Elizabeth", "", "Carter"), Of("Susan", "E", "Carter")), "differs, exact");
}

TEST_F(FullNameTest, ANameThatOneSideLacksSaysNothing) {
  EXPECT_EQ(Compare(Of("Susan", "", ""), Of("Susan", "", "Carter")), "exact, missing");
  EXPECT_EQ(Compare(Of("", "", ""), Of("Susan", "", "Carter")), "missing, missing");
}

}  // namespace
}  // namespace blindlink::agent
