#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/agent/standardize/standardized.h"

namespace blindlink::agent {
namespace {

TEST(SexTest, EveryCodeListGivesMFOrO) {
  for (const char* raw : {"M", "male", "1", "男", "男性", "8507"}) {
    EXPECT_EQ(Standardized(v1::SEX, raw), "M") << raw;
  }
  for (const char* raw : {"f", "Female", "2", "女", "ｼﾞｮｾｲ"}) {
    EXPECT_EQ(Standardized(v1::SEX, raw), "F") << raw;
  }
  EXPECT_EQ(Standardized(v1::SEX, "Other"), "O");
  EXPECT_EQ(Standardized(v1::SEX, "U"), "missing");
  EXPECT_EQ(Standardized(v1::SEX, "unknown"), "missing");
  EXPECT_EQ(Standardized(v1::SEX, "Q"), "invalid: unknown-sex");
}

TEST(RelationshipTest, WordsOfBothCountriesMeet) {
  EXPECT_EQ(Standardized(v1::RELATIONSHIP, "Self"), "SELF");
  EXPECT_EQ(Standardized(v1::RELATIONSHIP, "本人"), "SELF");
  EXPECT_EQ(Standardized(v1::RELATIONSHIP, "wife"), "SPOUSE");
  EXPECT_EQ(Standardized(v1::RELATIONSHIP, "配偶者"), "SPOUSE");
  EXPECT_EQ(Standardized(v1::RELATIONSHIP, "家族"), "FAMILY");
  EXPECT_EQ(Standardized(v1::RELATIONSHIP, "2"), "invalid: unknown-relationship");
}

TEST(CityTest, AbbreviationsAreSpelledOut) {
  EXPECT_EQ(Standardized(v1::CITY, "St. Paul"), Standardized(v1::CITY, "SAINT PAUL"));
  EXPECT_EQ(Standardized(v1::CITY, "Ft Worth"), Standardized(v1::CITY, "Fort Worth"));
  EXPECT_EQ(Standardized(v1::CITY, "Mt. Vernon"), "MOUNTVERNON");
  EXPECT_EQ(Standardized(v1::CITY, "Chicago, IL"), "CHICAGO");
  EXPECT_EQ(Standardized(v1::CITY, "winston hills"), "WINSTONHILLS");
}

TEST(CityTest, WhatIsNotTheNameIsLeftOut) {
  for (const char* raw : {"Boston MA", "Boston, Mass.", "Boston, MA 02139", "City of Boston"}) {
    EXPECT_EQ(Standardized(v1::CITY, raw), "BOSTON") << raw;
  }
  EXPECT_EQ(Standardized(v1::CITY, "NYC"), Standardized(v1::CITY, "New York, New York"));
  EXPECT_EQ(Standardized(v1::CITY, "La Jolla"), "LAJOLLA");
}

TEST(StateTest, NamesBecomeCodesAndForeignStatesPass) {
  EXPECT_EQ(Standardized(v1::STATE, "New York"), "NY");
  EXPECT_EQ(Standardized(v1::STATE, "ny"), "NY");
  EXPECT_EQ(Standardized(v1::STATE, "Calif."), "CA");
  EXPECT_EQ(Standardized(v1::STATE, "nsw"), "NSW");
  EXPECT_EQ(Standardized(v1::STATE, "Bavaria"), "BAVARIA");
  EXPECT_EQ(Standardized(v1::STATE, "XX"), "placeholder: placeholder-state");
}

TEST(PostalCodeTest, DigitsStayAndPlaceholdersGo) {
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "02139"), "02139");
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "02139-4307"), "021394307");
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "02139-0000"), "02139");
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "2139-4307"), "021394307");
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "4223"), Standardized(v1::POSTAL_CODE, "04223"));
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "〒150-0001"), "1500001");
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "k1b 0a6"), "K1B0A6");
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "00000"), "placeholder: placeholder-postal-code");
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "99999-9999"), "placeholder: placeholder-postal-code");
}

TEST(PhoneTest, OneNumberHasOneText) {
  for (const char* raw : {"(206) 454-1234", "206.454.1234", "1-206-454-1234", "+1 206 454 1234",
                          "2064541234", "206-454-1234 x12", "tel:+1-206-454-1234"}) {
    EXPECT_EQ(Standardized(v1::PHONE, raw), "+12064541234") << raw;
  }
  EXPECT_EQ(Standardized(v1::PHONE, "+81 3-5253-1411"), "+81352531411");
  EXPECT_EQ(Standardized(v1::PHONE, "03-5253-1411"), "0352531411");
}

TEST(PhoneTest, PlaceholdersAndHalfNumbersAreNotUsed) {
  for (const char* raw : {"555-555-5555", "0000000000", "206-555-1212", "206-555-0123",
                          "123-456-7890", "999-999-9999"}) {
    EXPECT_EQ(Standardized(v1::PHONE, raw), "placeholder: placeholder-phone") << raw;
  }
  EXPECT_EQ(Standardized(v1::PHONE, "454-1234"), "invalid: phone-without-area");
  EXPECT_EQ(Standardized(v1::PHONE, "call me"), "invalid: not-a-phone-number");
}

TEST(PhoneTest, OfANumberThatIsNoneTheDigitsAreKept) {
  const auto damaged = [](absl::string_view raw) -> std::string {
    const StandardizeResult result = Standardize(v1::PHONE, raw, {});
    EXPECT_EQ(result.state, ValueState::kInvalid) << raw;
    if (result.values.empty()) return "";
    EXPECT_TRUE(result.values[0].damaged) << raw;
    return result.values[0].text;
  };
  EXPECT_EQ(damaged("206-911-1234"), "+12069111234");
  EXPECT_EQ(damaged("206-454-12"), "+120645412");
  EXPECT_EQ(damaged("454-1234"), "+14541234");
  EXPECT_EQ(damaged("12345"), "");
  EXPECT_EQ(damaged("454-1234 ext 5"), "+14541234");
}

TEST(PhoneTest, ANumberFromElsewhereMayHaveLostItsZero) {
  EXPECT_EQ(Standardized(v1::PHONE, "0712 300633"), "0712300633");
  EXPECT_EQ(Standardized(v1::PHONE, "712 300633"), "0712300633");
}

TEST(PhoneTest, ANumberWithoutACountryCodeIsOneOfTheCountry) {
  StandardizeOptions options;
  options.phone_country = "UG";
  EXPECT_EQ(Standardized(v1::PHONE, "712 300633", options), "+256712300633");
  EXPECT_EQ(Standardized(v1::PHONE, "0712 300633", options), "+256712300633");
  EXPECT_EQ(Standardized(v1::PHONE, "+1 206-454-1234", options), "+12064541234");
  options.phone_country = "CA";
  EXPECT_EQ(Standardized(v1::PHONE, "604-454-1234", options), "+16044541234");
}

TEST(PhoneTest, ALetterThatLooksLikeADigitIsReadAsOne) {
  EXPECT_EQ(Standardized(v1::PHONE, "2O6-454-1234"), "+12064541234");
  EXPECT_EQ(Standardized(v1::PHONE, "206-4S4-I234"), "+12064541234");
  EXPECT_EQ(Standardized(v1::PHONE, "206-4K4-1234"), "invalid: not-a-phone-number");
}

TEST(PhoneTest, UnreadableNumbersAreNotWrittenToStandardOutput) {
  testing::internal::CaptureStdout();
  for (const char* raw : {"+999 12", "++++1", "12345678901234567890123", "+1 2a3b"}) {
    Standardized(v1::PHONE, raw);
  }
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST(EmailTest, CaseDoesNotCountAndPlaceholdersGo) {
  EXPECT_EQ(Standardized(v1::EMAIL, " Bob.Smith@Gmail.COM "), "bob.smith@gmail.com");
  EXPECT_EQ(Standardized(v1::EMAIL, "none@gmail.com"), "placeholder: placeholder-email");
  EXPECT_EQ(Standardized(v1::EMAIL, "bob@example.org"), "placeholder: placeholder-email");
  EXPECT_EQ(Standardized(v1::EMAIL, "bob@"), "invalid: not-an-email");
  EXPECT_EQ(Standardized(v1::EMAIL, "bob at home.org"), "invalid: not-an-email");
}

TEST(SsnTest, OnlyNumbersThatCanHaveBeenIssuedAreUsed) {
  EXPECT_EQ(Standardized(v1::SSN, "786-77-6454"), "786776454");
  EXPECT_EQ(Standardized(v1::SSN, "786 77 6454"), "786776454");
  for (const char* raw :
       {"000-12-3456", "666-12-3456", "912-34-5678", "123-00-4567", "123-45-0000"}) {
    EXPECT_EQ(Standardized(v1::SSN, raw), "invalid: ssn-never-issued") << raw;
  }
  for (const char* raw : {"123-45-6789", "078-05-1120", "111-11-1111", "999999999"}) {
    EXPECT_EQ(Standardized(v1::SSN, raw), "placeholder: placeholder-ssn") << raw;
  }
  EXPECT_EQ(Standardized(v1::SSN, "XXX-XX-1234"), "invalid: masked-number");
}

TEST(SsnTest, ALetterThatLooksLikeADigitIsReadAsOne) {
  EXPECT_EQ(Standardized(v1::SSN, "78G-77-6454"), "invalid: not-a-number");
  EXPECT_EQ(Standardized(v1::SSN, "7B6-77-6454"), "786776454");
  EXPECT_EQ(Standardized(v1::SSN, "786-77-64S4"), "786776454");
  EXPECT_EQ(Standardized(v1::SSN, "7B6-77-64S4"), "786776454");
  EXPECT_EQ(Standardized(v1::SSN, "7B6-77-6ASA"), "invalid: not-a-number");
  EXPECT_EQ(Standardized(v1::SSN, "OOO-77-6454"), "invalid: not-a-number");
  EXPECT_EQ(Standardized(v1::SSN, "l23-45-6789"), "placeholder: placeholder-ssn");
}

TEST(SsnTest, ANumberWithOneOtherLetterIsADamagedValue) {
  const StandardizeResult result = Standardize(v1::SSN, "78G-77-6454", {});
  ASSERT_EQ(result.values.size(), 1u);
  EXPECT_EQ(result.values[0].text, "78G776454");
  EXPECT_TRUE(result.values[0].damaged);
  EXPECT_TRUE(Standardize(v1::SSN, "QQ123456C", {}).values.empty());
}

TEST(SsnTest, NationalNumbersOfOtherCountriesPass) {
  EXPECT_EQ(Standardized(v1::SSN, "5304218"), "005304218");
  EXPECT_EQ(Standardized(v1::SSN, "53042184"), "053042184");
  EXPECT_EQ(Standardized(v1::SSN, "90000421"), "090000421");
  EXPECT_EQ(Standardized(v1::SSN, "1234"), "placeholder: placeholder-ssn");
  EXPECT_EQ(Standardized(v1::SSN, "1294"), "invalid: wrong-length");
}

TEST(InsuranceNumberTest, SpacesSymbolsWidthAndLeadingZerosDoNotCount) {
  EXPECT_EQ(Standardized(v1::INSURANCE_NUMBER, "ab-12 34"), "AB1234");
  EXPECT_EQ(Standardized(v1::INSURANCE_NUMBER, "ＡＢ１２３４"), "AB1234");
  EXPECT_EQ(Standardized(v1::INSURANCE_NUMBER, "#0012945"), "12945");
  EXPECT_EQ(Standardized(v1::INSURANCE_NUMBER, "記号12 番号345"),
            Standardized(v1::INSURANCE_NUMBER, "12-345"));
  EXPECT_EQ(Standardized(v1::INSURANCE_NUMBER, "99999999"), "placeholder: placeholder-number");
  EXPECT_EQ(Standardized(v1::INSURANCE_NUMBER, "0000"), "placeholder: placeholder-number");
}

TEST(PassportTest, SignsCaseAndLeadingZerosDoNotCount) {
  EXPECT_EQ(Standardized(v1::PASSPORT, "c 93-56 1724"), "C93561724");
  EXPECT_EQ(Standardized(v1::PASSPORT, "14AB38567"), "14AB38567");
  EXPECT_EQ(Standardized(v1::PASSPORT, "042917385"), Standardized(v1::PASSPORT, "42917385"));
  EXPECT_EQ(Standardized(v1::PASSPORT, "42917385.0"), "42917385");
}

TEST(PassportTest, WhatIsNoNumberOfAPassportIsRefused) {
  EXPECT_EQ(Standardized(v1::PASSPORT, "none"), "missing");
  EXPECT_EQ(Standardized(v1::PASSPORT, "expired"), "invalid: not-a-number");
  EXPECT_EQ(Standardized(v1::PASSPORT, "A123"), "invalid: wrong-length");
  EXPECT_EQ(Standardized(v1::PASSPORT, "C1234567890AB"), "placeholder: placeholder-number");
  EXPECT_EQ(Standardized(v1::PASSPORT, "C9356172400AB"), "invalid: wrong-length");
  EXPECT_EQ(Standardized(v1::PASSPORT, "XXXXX1724"), "invalid: masked-number");
  EXPECT_EQ(Standardized(v1::PASSPORT, "4.29E+08"), "invalid: scientific-notation");
  EXPECT_EQ(Standardized(v1::PASSPORT, "999999999"), "placeholder: placeholder-number");
  EXPECT_EQ(Standardized(v1::PASSPORT, "L898902C3"), "placeholder: placeholder-number");
}

TEST(NationalNumberTest, NumbersWithLettersAreKept) {
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "58.294.107-k"), "58294107K");             // Spain
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "SX 48 20 91 b"), "SX482091B");            // Britain
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "BNCLRA84S52F205X"), "BNCLRA84S52F205X");  // Italy
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "G482913(5)"), "G4829135");  // Hong Kong
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "0412195821"),
            Standardized(v1::NATIONAL_NUMBER, "412195821"));  // a spreadsheet took the zero
}

TEST(NationalNumberTest, WhatStandsForNoNumberIsRefused) {
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "N/A"), "missing");
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "foreigner"), "invalid: not-a-number");
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "QQ 12 34 56 C"), "placeholder: placeholder-number");
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "00000000-T"), "placeholder: placeholder-number");
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "****4107K"), "invalid: masked-number");
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "4107K"), "invalid: wrong-length");
}

TEST(DigitFieldsTest, NumbersThatProgramsWroteAreTheirDigits) {
  const struct {
    v1::Standardizer standardizer;
    const char* plain;
    std::vector<const char*> written;
  } kCases[] = {
      {v1::POSTAL_CODE, "46203", {"46203.0", "46203.00", "46203,0", "4.6203e4", "4.6203E+04"}},
      {v1::INSURANCE_NUMBER, "68656464", {"68656464.0", "6.8656464E7", "'68656464", "068656464"}},
      {v1::SSN, "786776454", {"786776454.0", "7.86776454E8", "=\"786776454\"", "'786-77-6454"}},
      {v1::PHONE,
       "+12064541234",
       {"2064541234.0", "2.064541234E9", "'2064541234", "12064541234.0"}},
      {v1::NATIONAL_NUMBER, "48209153", {"48209153.0", "4.8209153E+07", "=\"48209153\""}},
      {v1::PASSPORT, "42917385", {"42917385.0", "4.2917385e7", "'042917385"}},
      {v1::DATE, "19820405", {"19820405.0", "1.9820405e7", "30046.0", "'1982-04-05"}},
      {v1::SEX, "M", {"1.0", "01", "'1", "8507.0"}},
      {v1::RELATIONSHIP, "SELF", {"18.0", "'18"}},
  };
  for (const auto& kind : kCases) {
    EXPECT_EQ(Standardized(kind.standardizer, kind.plain), kind.plain);
    for (const char* written : kind.written) {
      EXPECT_EQ(Standardized(kind.standardizer, written), kind.plain) << written;
    }
  }
}

TEST(DigitFieldsTest, ANumberOfWhichDigitsAreLostIsRefused) {
  for (const v1::Standardizer standardizer :
       {v1::POSTAL_CODE, v1::SSN, v1::PHONE, v1::INSURANCE_NUMBER, v1::PASSPORT, v1::DATE}) {
    EXPECT_EQ(Standardized(standardizer, "6.87E+07"), "invalid: scientific-notation");
  }
}

TEST(DigitFieldsTest, ZerosThatASpreadsheetTookComeBack) {
  for (const char* raw : {"2139", "2139.0", "'02139", "=\"02139\"", "\"02139\""}) {
    EXPECT_EQ(Standardized(v1::POSTAL_CODE, raw), "02139") << raw;
  }
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "907"), "00907");
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "21394307"), "021394307");
  EXPECT_EQ(Standardized(v1::POSTAL_CODE, "600001"), Standardized(v1::POSTAL_CODE, "060-0001"));
  EXPECT_EQ(Standardized(v1::SSN, "12864597"), Standardized(v1::SSN, "012-86-4597"));
  EXPECT_EQ(Standardized(v1::SSN, "1286459"), Standardized(v1::SSN, "001-28-6459"));
  EXPECT_EQ(Standardized(v1::NATIONAL_NUMBER, "048291"),
            Standardized(v1::NATIONAL_NUMBER, "48291"));
}

TEST(DigitFieldsTest, WordsForNothingAreMissing) {
  for (const v1::Standardizer standardizer :
       {v1::POSTAL_CODE, v1::SSN, v1::PHONE, v1::INSURANCE_NUMBER, v1::PASSPORT, v1::DATE, v1::SEX,
        v1::CITY, v1::STATE, v1::STREET_ADDRESS, v1::ADDRESS_LINE, v1::EMAIL, v1::NATIONAL_NUMBER,
        v1::RELATIONSHIP, v1::NAME_SUFFIX}) {
    for (const char* raw : {"NULL", "nan", "NaT", "None", "\\N", "#VALUE!", "#REF!", "#N/A",
                            "[NULL]", "N/A", "UNKNOWN", "<NA>", "-", ".", "?", "-1", "-9.0"}) {
      EXPECT_EQ(Standardized(standardizer, raw), "missing") << standardizer << " " << raw;
    }
  }
  EXPECT_EQ(Standardized(v1::STATE, "NV"), "NV");
}

TEST(SexTest, CodesForUnknownAreMissing) {
  for (const char* raw : {"-1", "9", "0", "0.0", "99", "8551", "UN", "NI", "N", "-9", "U"}) {
    EXPECT_EQ(Standardized(v1::SEX, raw), "missing") << raw;
  }
}

TEST(SsnTest, NumbersThatClerksMakeUpAreNobodys) {
  for (const char* raw : {"899999999", "123459999", "222334444", "123456789",   "123121234",
                          "111223333", "333445555", "777889999", "199999999",   "112233445",
                          "123123123", "121212121", "147258369", "555-55-1234", "101-01-0101",
                          "111111112", "123454321", "876543210", "135791357",   "789456123"}) {
    EXPECT_EQ(Standardized(v1::SSN, raw), "placeholder: placeholder-ssn") << raw;
  }
  EXPECT_EQ(Standardized(v1::INSURANCE_NUMBER, "899999999"), "placeholder: placeholder-number");
  EXPECT_EQ(Standardized(v1::PHONE, "222-333-4444"), "placeholder: placeholder-phone");
  // An insurer counts up from 10000000.
  EXPECT_EQ(Standardized(v1::INSURANCE_NUMBER, "10000001"), "10000001");
}

TEST(SsnTest, FewNumbersLookMadeUpByChance) {
  uint64_t state = 1;
  int made_up = 0;
  constexpr int kNumbers = 200'000;
  for (int i = 0; i < kNumbers; ++i) {
    state = state * 6364136223846793005 + 1442695040888963407;
    const std::string number = std::to_string(100'000'000 + (state >> 33) % 800'000'000);
    made_up += Standardized(v1::SSN, number) == "placeholder: placeholder-ssn" ? 1 : 0;
  }
  EXPECT_LT(made_up, kNumbers / 2500);
}

TEST(SsnTest, OfAMaskedNumberTheLastFourAreKnown) {
  for (const char* raw : {"XXX-XX-1294", "***-**-1294", "xxxxx1294", "###-##-1294"}) {
    const StandardizeResult result = Standardize(v1::SSN, raw, {});
    ASSERT_EQ(result.values.size(), 1u) << raw;
    EXPECT_EQ(result.values[0].text, "XXXXX1294");
    EXPECT_TRUE(IsMaskedNumber(result.values[0]));
  }
}

TEST(PhoneTest, WordsAndExtensionsAreLeftOut) {
  for (const char* raw : {"206-454-1234 cell", "(cell) 206-454-1234", "206-454-1234 (mother)",
                          "H: 206-454-1234", "206-454-1234 ext. 12", "206-454-1234x12",
                          "206-454-1234 #12", "206.454.1234 - work", "Mobile 206 454 1234"}) {
    EXPECT_THAT(Standardized(v1::PHONE, raw), testing::StartsWith("+12064541234")) << raw;
  }
  for (const char* raw : {"206-454-1234 or 425-454-9876", "206-454-1234 / 425-454-9876 (work)",
                          "2064541234 4254549876", "H 206-454-1234 W 425-454-9876"}) {
    EXPECT_EQ(Standardized(v1::PHONE, raw), "+12064541234|+14254549876") << raw;
  }
}

TEST(StandardizeTest, NothingCrashesOnOddBytes) {
  const std::string odd[] = {std::string(1, '\0'),
                             "\xff\xfe",
                             "'",
                             "-",
                             ".",
                             "((",
                             ")",
                             "\"",
                             "#",
                             "/",
                             "@",
                             "\u200b",
                             "\u3099",
                             "0/0",
                             "# #",
                             "元年",
                             "T1:",
                             "U",
                             "X",
                             std::string(100000, 'a'),
                             std::string(5000, '(')};
  for (int s = 0; s <= v1::RELATIONSHIP; ++s) {
    for (const std::string& raw : odd) {
      const StandardizeResult result = Standardize(static_cast<v1::Standardizer>(s), raw, {});
      EXPECT_EQ(result.state == ValueState::kUsable, !result.values.empty());
      for (const StandardValue& value : result.values) EXPECT_FALSE(value.text.empty()) << raw;
    }
  }
}

}  // namespace
}  // namespace blindlink::agent
