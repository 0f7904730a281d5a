#include "agent/variants/variants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/standardize/standardize.h"
#include "common/plan/standardizer_catalog.h"

namespace blindlink::agent {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using Texts = std::vector<std::string>;

// The texts of the first value of `raw`.
Texts Forms(v1::Form form, v1::Standardizer standardizer, absl::string_view raw) {
  Texts texts;
  const StandardizeResult result = Standardize(standardizer, raw, {});
  if (result.values.empty()) return {"(not usable)"};
  AppendForm(form, standardizer, result.values.front(), &texts);
  return texts;
}
Texts Roots(absl::string_view name) { return Forms(v1::NICKNAME_ROOT, v1::GIVEN_NAME, name); }

TEST(NicknameTest, ANicknameLeadsToItsRoots) {
  EXPECT_THAT(Roots("Bobby"), ElementsAre("ROBERT"));
  EXPECT_THAT(Roots("Robbie"), Contains("ROBERT"));
  EXPECT_THAT(Roots("Bill"), Contains("WILLIAM"));
  EXPECT_THAT(Roots("Peggy"), Contains("MARGARET"));
  EXPECT_THAT(Roots("Ted"), AllOf(Contains("THEODORE"), Contains("EDWARD")));
  for (const char* name : {"Liz", "Beth", "Betty"}) {
    EXPECT_THAT(Roots(name), Contains("ELIZABETH")) << name;
  }
}

TEST(NicknameTest, ARootAndAnUnknownNameAreTheirOwnRoot) {
  EXPECT_THAT(Roots("Robert"), ElementsAre("ROBERT"));
  EXPECT_THAT(Roots("Xiomara"), ElementsAre("XIOMARA"));
  EXPECT_THAT(Roots("花子"), ElementsAre("花子"));
}

TEST(NameFormTest, InitialAndPrefixCountCharacters) {
  EXPECT_THAT(Forms(v1::INITIAL, v1::GIVEN_NAME, "Robert"), ElementsAre("R"));
  EXPECT_THAT(Forms(v1::INITIAL, v1::GIVEN_NAME, "花子"), ElementsAre("花"));
  EXPECT_THAT(Forms(v1::PREFIX_3, v1::SURNAME, "Smith"), ElementsAre("SMI"));
  EXPECT_THAT(Forms(v1::PREFIX_3, v1::SURNAME, "Ng"), IsEmpty());
}

TEST(NameFormTest, CompoundNamesHavePartsAndSimpleOnesHaveNone) {
  EXPECT_THAT(Forms(v1::NAME_PART, v1::SURNAME, "Garcia-Lopez"), ElementsAre("GARCIA", "LOPEZ"));
  EXPECT_THAT(Forms(v1::NAME_PART, v1::GIVEN_NAME, "Mary Ann"), ElementsAre("MARY", "ANN"));
  EXPECT_THAT(Forms(v1::NAME_PART, v1::SURNAME, "De La Cruz"), Contains("CRUZ"));
  EXPECT_THAT(Forms(v1::NAME_PART, v1::SURNAME, "Smith"), IsEmpty());
}

TEST(NameFormTest, NamesOutsideLatinHaveNoPhoneticForm) {
  for (const v1::Form form : {v1::SOUNDEX, v1::DOUBLE_METAPHONE, v1::NYSIIS}) {
    EXPECT_THAT(Forms(form, v1::SURNAME, "高橋"), IsEmpty());
    EXPECT_THAT(Forms(form, v1::SURNAME, "Takahashi"), Not(IsEmpty()));
  }
}

TEST(NameFormTest, DoubleMetaphoneGivesBothCodesOnce) {
  EXPECT_THAT(Forms(v1::DOUBLE_METAPHONE, v1::SURNAME, "Smith"), ElementsAre("SM0", "XMT"));
  EXPECT_THAT(Forms(v1::DOUBLE_METAPHONE, v1::SURNAME, "Moore"), ElementsAre("MR"));
}

TEST(DateFormTest, DayAndMonthAreSwappedWhereThatIsAnotherDate) {
  EXPECT_THAT(Forms(v1::DAY_MONTH_SWAPPED, v1::DATE, "1970-03-04"), ElementsAre("19700403"));
  EXPECT_THAT(Forms(v1::DAY_MONTH_SWAPPED, v1::DATE, "1970-03-14"), IsEmpty());
  EXPECT_THAT(Forms(v1::DAY_MONTH_SWAPPED, v1::DATE, "1970-03-03"), IsEmpty());
}

TEST(DateFormTest, NearYearsAreDates) {
  EXPECT_THAT(Forms(v1::NEAR_YEAR, v1::DATE, "1970-03-04"), ElementsAre("19690304", "19710304"));
  EXPECT_THAT(Forms(v1::NEAR_YEAR, v1::DATE, "1972-02-29"), ElementsAre("19710228", "19730228"));
}

TEST(DateFormTest, PartsOfADate) {
  EXPECT_THAT(Forms(v1::YEAR, v1::DATE, "1970-03-04"), ElementsAre("1970"));
  EXPECT_THAT(Forms(v1::YEAR_MONTH, v1::DATE, "1970-03-04"), ElementsAre("197003"));
  EXPECT_THAT(Forms(v1::MONTH_DAY, v1::DATE, "1970-03-04"), ElementsAre("0304"));
}

TEST(DateFormTest, TransposedDigitsThatAreNoDateAreLeftOut) {
  EXPECT_THAT(Forms(v1::DIGITS_TRANSPOSED, v1::DATE, "1970-03-12"),
              UnorderedElementsAre("19070312", "19700321"));
}

TEST(DateFormTest, ADamagedDateHasTheFormsOfWhatCanBeRight) {
  for (const char* raw : {"1970-02-31", "1070-03-04", "1970-17-20"}) {
    EXPECT_THAT(Forms(v1::EXACT, v1::DATE, raw), IsEmpty()) << raw;
    EXPECT_THAT(Forms(v1::NEAR_YEAR, v1::DATE, raw), IsEmpty()) << raw;
    EXPECT_THAT(Forms(v1::DAY_MONTH_SWAPPED, v1::DATE, raw), IsEmpty()) << raw;
  }
  EXPECT_THAT(Forms(v1::YEAR, v1::DATE, "1970-02-31"), ElementsAre("1970"));
  EXPECT_THAT(Forms(v1::YEAR_MONTH, v1::DATE, "1970-02-31"), ElementsAre("197002"));
  EXPECT_THAT(Forms(v1::MONTH_DAY, v1::DATE, "1970-02-31"), IsEmpty());
  EXPECT_THAT(Forms(v1::DIGITS_TRANSPOSED, v1::DATE, "1970-02-31"),
              ElementsAre("19700321", "19700213"));
  EXPECT_THAT(Forms(v1::YEAR_MONTH, v1::DATE, "1970-17-20"), IsEmpty());
  EXPECT_THAT(Forms(v1::YEAR, v1::DATE, "13/45/2000"), ElementsAre("2000"));
  EXPECT_THAT(Forms(v1::DAY_MONTH_SWAPPED, v1::DATE, "1970-17-03"), ElementsAre("19700317"));
  EXPECT_THAT(Forms(v1::MONTH_DAY, v1::DATE, "2001-02-29"), ElementsAre("0229"));
}

TEST(DateFormTest, OfADateWithAnImplausibleYearMonthAndDayCanBeRight) {
  for (const char* raw : {"1070-03-04", "2098-03-04", "0000-03-04"}) {
    EXPECT_THAT(Forms(v1::MONTH_DAY, v1::DATE, raw), ElementsAre("0304")) << raw;
    for (const v1::Form form : {v1::YEAR, v1::YEAR_MONTH, v1::DIGITS_TRANSPOSED}) {
      EXPECT_THAT(Forms(form, v1::DATE, raw), IsEmpty()) << raw;
    }
  }
}

TEST(DigitFormTest, ADamagedNumberHasItsLastFourDigitsOnly) {
  EXPECT_THAT(Forms(v1::LAST_4, v1::PHONE, "454-1234"), ElementsAre("1234"));
  EXPECT_THAT(Forms(v1::LAST_4, v1::SSN, "78G-77-6454"), ElementsAre("6454"));
  EXPECT_THAT(Forms(v1::LAST_4, v1::SSN, "786-77-G454"), IsEmpty());
  for (const v1::Form form : {v1::EXACT, v1::DIGITS_TRANSPOSED}) {
    EXPECT_THAT(Forms(form, v1::PHONE, "454-1234"), IsEmpty());
    EXPECT_THAT(Forms(form, v1::SSN, "78G-77-6454"), IsEmpty());
  }
}

TEST(AddressFormTest, TheUnitIsLeftOff) {
  EXPECT_EQ(Forms(v1::WITHOUT_UNIT, v1::STREET_ADDRESS, "12 Oak Ln Unit 2"),
            Forms(v1::EXACT, v1::STREET_ADDRESS, "12 Oak Lane"));
}

TEST(AddressFormTest, TheCoreKnowsNoSuffixDirectionalUnitOrSpace) {
  for (const char* raw : {"12 Bushy tail RD", "12 N Bushytail", "12 Bushytail Ave W Apt 3"}) {
    EXPECT_THAT(Forms(v1::STREET_CORE, v1::STREET_ADDRESS, raw), ElementsAre("12 BUSHYTAIL"));
  }
  EXPECT_THAT(Forms(v1::STREET_CORE, v1::STREET_ADDRESS, "Bushytail Rd"), IsEmpty());
  EXPECT_THAT(Forms(v1::STREET_CORE, v1::STREET_ADDRESS, "PO Box 12"), ElementsAre("POBOX 12"));
}

TEST(AddressFormTest, NameAndNumberStandAlone) {
  EXPECT_THAT(Forms(v1::STREET_NAME, v1::STREET_ADDRESS, "12 N Ninth St"), ElementsAre("9TH"));
  EXPECT_THAT(Forms(v1::HOUSE_NUMBER, v1::STREET_ADDRESS, "12 N Ninth St"), ElementsAre("12"));
  EXPECT_THAT(Forms(v1::HOUSE_NUMBER, v1::STREET_ADDRESS, "PO Box 12"), IsEmpty());
}

TEST(DigitFormTest, EachExchangeOfDifferentNeighboursIsAForm) {
  EXPECT_THAT(Forms(v1::DIGITS_TRANSPOSED, v1::POSTAL_CODE, "02139"),
              UnorderedElementsAre("20139", "01239", "02319", "02193"));
  EXPECT_THAT(Forms(v1::DIGITS_TRANSPOSED, v1::SSN, "786776454"), SizeIs(7));
}

TEST(DigitFormTest, EndsAndPrefixes) {
  EXPECT_THAT(Forms(v1::LAST_4, v1::SSN, "786776454"), ElementsAre("6454"));
  EXPECT_THAT(Forms(v1::PREFIX_5, v1::POSTAL_CODE, "02139-4307"), ElementsAre("02139"));
  EXPECT_THAT(Forms(v1::PREFIX_5, v1::POSTAL_CODE, "4223"), ElementsAre("04223"));
  EXPECT_THAT(Forms(v1::PREFIX_3_DIGITS, v1::POSTAL_CODE, "02139"), ElementsAre("021"));
  EXPECT_THAT(Forms(v1::PREFIX_3_DIGITS, v1::POSTAL_CODE, "K1B 0A6"), IsEmpty());
}

TEST(AppendFormTest, EveryFormOfTheCatalogHasAValueSomewhere) {
  const std::pair<v1::Standardizer, const char*> kValues[] = {
      {v1::GIVEN_NAME, "Mary Ann"},
      {v1::MIDDLE_NAME, "Mary Ann"},
      {v1::SURNAME, "Garcia-Lopez"},
      {v1::NAME_SUFFIX, "Jr"},
      {v1::DATE, "1970-03-04"},
      {v1::SEX, "F"},
      {v1::STREET_ADDRESS, "12 Oak Ln Apt 2"},
      {v1::CITY, "Boston"},
      {v1::STATE, "MA"},
      {v1::POSTAL_CODE, "02139"},
      {v1::PHONE, "206-454-1234"},
      {v1::EMAIL, "a.b@gmail.com"},
      {v1::SSN, "786776454"},
      {v1::INSURANCE_NUMBER, "AB1234"},
      {v1::RELATIONSHIP, "self"},
      {v1::PASSPORT, "C93561724"},
      {v1::NATIONAL_NUMBER, "58294107K"}};
  for (const auto& [standardizer, raw] : kValues) {
    ASSERT_FALSE(TraitsOf(standardizer).forms.empty());
    for (const v1::Form form : TraitsOf(standardizer).forms) {
      const Texts texts = Forms(form, standardizer, raw);
      EXPECT_THAT(texts, Not(IsEmpty())) << v1::Form_Name(form) << " of " << raw;
      EXPECT_THAT(texts, Not(Contains("")));
    }
  }
}

}  // namespace
}  // namespace blindlink::agent
