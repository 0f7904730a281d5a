#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/standardize/standardized.h"

namespace blindlink::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Given(absl::string_view raw) { return Standardized(v1::GIVEN_NAME, raw); }
std::string Surname(absl::string_view raw) { return Standardized(v1::SURNAME, raw); }
std::vector<std::string> SurnameParts(absl::string_view raw) {
  return Standardize(v1::SURNAME, raw, {}).values.at(0).parts;
}

TEST(NameTest, CaseAndSpaceAroundDoNotCount) {
  EXPECT_EQ(Given("  robert "), "ROBERT");
  EXPECT_EQ(Given("ROBERT"), "ROBERT");
}

TEST(NameTest, AccentsAreFoldedHoweverTheyAreComposed) {
  EXPECT_EQ(Given("Jos\u00e9"), "JOSE");
  EXPECT_EQ(Given("Jose\u0301"), "JOSE");
  EXPECT_EQ(Surname("M\u00fcller"), "MULLER");
  EXPECT_EQ(Surname("\u0141ukasz-\u00d8sterg\u00e5rd"), "LUKASZOSTERGARD");
  EXPECT_EQ(Surname("Wei\u00df"), "WEISS");
}

TEST(NameTest, ApostrophesPeriodsHyphensAndSpacesDoNotCount) {
  EXPECT_EQ(Surname("O'Brien"), "OBRIEN");
  EXPECT_EQ(Surname("O\u2019Brien"), "OBRIEN");
  EXPECT_EQ(Surname("O Brien"), "OBRIEN");
  EXPECT_EQ(Surname("De La Cruz"), Surname("DELACRUZ"));
  EXPECT_EQ(Given("Mary Ann"), Given("Maryann"));
  EXPECT_EQ(Given("Mary-Ann"), Given("Maryann"));
  EXPECT_EQ(Surname("St. John"), Surname("Saint-John"));
}

TEST(NameTest, TitlesAndGenerationalSuffixesAreTakenOff) {
  EXPECT_EQ(Given("Dr. Robert"), "ROBERT");
  EXPECT_EQ(Given("Mr.John"), "JOHN");
  EXPECT_EQ(Surname("O'Brien Jr."), "OBRIEN");
  EXPECT_EQ(Surname("Smith, III"), "SMITH");
  EXPECT_EQ(Surname("Smith 3rd"), "SMITH");
  EXPECT_EQ(Surname("Smith MD"), "SMITH");
}

TEST(NameTest, ATitleOrSuffixThatIsTheWholeNameStays) {
  EXPECT_EQ(Surname("Junior"), "JUNIOR");
  EXPECT_EQ(Surname("Sir"), "SIR");
  EXPECT_EQ(Surname("Do"), "DO");
}

TEST(NameTest, AnInitialBehindAGivenNameIsTakenOffButNotAMiddleName) {
  EXPECT_EQ(Given("John A."), "JOHN");
  EXPECT_EQ(Given("J R"), "JR");
  EXPECT_EQ(Standardized(v1::MIDDLE_NAME, "A"), "A");
}

TEST(NameTest, ACompoundSurnameKeepsItsPartsWithTheirParticles) {
  EXPECT_THAT(SurnameParts("Garcia-Lopez"), ElementsAre("GARCIA", "LOPEZ"));
  EXPECT_THAT(SurnameParts("Garcia de la Cruz"), ElementsAre("GARCIA", "DELACRUZ", "CRUZ"));
  EXPECT_THAT(SurnameParts("Ortega y Gasset"), ElementsAre("ORTEGA", "GASSET"));
  EXPECT_THAT(SurnameParts("Smith"), IsEmpty());
  EXPECT_THAT(SurnameParts("Mc Donald"), IsEmpty());
}

TEST(NameTest, ANameInParenthesesOrQuotesIsAnotherValue) {
  EXPECT_EQ(Given("Robert (Bob)"), "ROBERT|BOB");
  EXPECT_EQ(Given("Robert \"Bob\" J"), "ROBERT|BOB");
  EXPECT_EQ(Surname("Smith (n\u00e9e Jones)"), "SMITH|JONES");
  EXPECT_EQ(Given("Baby Boy (Robert)"), "ROBERT");
}

TEST(NameTest, PlaceholdersAreNotNames) {
  for (const char* name :
       {"XXX", "NFN", "Baby Boy", "BABY GIRL 2", "TWIN A", "Test", "FNU", "babygirl", "Mrs."}) {
    EXPECT_EQ(Given(name), "placeholder: placeholder-name") << name;
  }
  for (const char* name : {"NLN", "LNU", "XXXX", "TEST PATIENT", "Mr Unknown"}) {
    EXPECT_EQ(Surname(name), "placeholder: placeholder-name") << name;
  }
}

TEST(NameTest, WordsForNothingAreMissing) {
  for (const char* name : {"UNKNOWN", "n/a", "None", "NULL", "nan", "NaN", "NaT", "\\N", "#REF!",
                           "[NULL]", "<NA>", "-", ".", "?", "-9", "(Null)", "Null"}) {
    EXPECT_EQ(Given(name), "missing") << name;
    if (std::string(name) == "Null") continue;
    EXPECT_EQ(Surname(name), "missing") << name;
  }
}

TEST(NameTest, AWordForNothingIsANameWhereItIsWrittenAsOne) {
  EXPECT_EQ(Surname("Null"), "NULL");
  EXPECT_EQ(Surname("Null-Smith"), "NULLSMITH");
  EXPECT_EQ(Surname("Nan"), "NAN");
  EXPECT_EQ(Surname("\uB098"), "NA");  // Korean
  EXPECT_EQ(Surname("Blank"), "BLANK");
  EXPECT_EQ(Surname("BLANK"), "BLANK");
  EXPECT_EQ(Given("Nan"), "NAN");
  EXPECT_EQ(Given("Nat"), "NAT");
  EXPECT_EQ(Given("NAT"), "NAT");
  EXPECT_EQ(Given("NaT"), "missing");
  EXPECT_EQ(Standardized(v1::MIDDLE_NAME, "NAN"), "missing");
}

TEST(NameTest, TitlesAndCredentialsAreLeftOut) {
  for (const char* name :
       {"Dr. Robert", "Robert, MD", "Robert J., Esq.", "Robert III", "Rev Robert", "Robert PhD",
        "Robert (deceased)", "Robert (MD)", "Mr.Robert"}) {
    EXPECT_EQ(Given(name), "ROBERT") << name;
  }
  for (const char* name : {"Carter, Jr.", "Carter III", "Carter 3rd", "Carter, RN, BSN",
                           "Carter Esq.", "Carter M.D.", "Carter, FACP", "Carter LCSW"}) {
    EXPECT_EQ(Surname(name), "CARTER") << name;
  }
}

TEST(NameTest, TextOfWebPagesIsRead) {
  for (const char* name : {"O&apos;Brien", "O&#39;Brien", "O&#x27;Brien", "O&rsquo;Brien",
                           "O&#146;Brien", "O&APOS;BRIEN", "O%27Brien", "O&amp;apos;Brien"}) {
    EXPECT_EQ(Surname(name), "OBRIEN") << name;
  }
  for (const char* name :
       {"Nu&ntilde;ez", "NU&NTILDE;EZ", "Nu&#241;ez", "Nu&amp;ntilde;ez", "Nu%C3%B1ez"}) {
    EXPECT_EQ(Surname(name), "NUNEZ") << name;
  }
  EXPECT_EQ(Surname("Smith &amp; Jones"), Surname("Smith & Jones"));
  EXPECT_EQ(Surname("M&uuml;ller"), "MULLER");
  EXPECT_EQ(Surname("R&D;"), Surname("R D"));  // no reference
}

TEST(NameTest, OtherLatinLettersBecomePlainOnes) {
  EXPECT_EQ(Surname("GRO\u1E9E"), Surname("Gro\u00DF"));
  EXPECT_EQ(Surname("\u0192oster"), "FOSTER");
  EXPECT_EQ(Surname("\u0181ala"), "BALA");
  EXPECT_EQ(Surname("\u018Aan\u0199o"), "DANKO");
  EXPECT_EQ(Surname("\u0186k\u0254"), "OKO");
  EXPECT_EQ(Surname("\u02BFAl\u012B"), "ALI");
  EXPECT_EQ(Surname("\u01B7upan"), "ZUPAN");
}

TEST(NameTest, ANewbornCalledByItsMotherHasNoNameYet) {
  for (const char* name : {"Infant of Maria", "Baby Boy Smith", "BG Maria", "Girl of Maria Lopez",
                           "Twin One", "BabyBoy Smith", "Unknown baby", "ZZZ Test Patient"}) {
    EXPECT_EQ(Given(name), "placeholder: placeholder-name") << name;
  }
  EXPECT_EQ(Given("Baby Rani"), "BABYRANI");
}

TEST(NameTest, AFormerOrOtherNameIsAValueOfItsOwn) {
  for (const char* name : {"Smith nee Jones", "Smith n\u00e9e Jones", "Smith f/k/a Jones",
                           "Smith geb. Jones", "Smith (formerly Jones)"}) {
    EXPECT_EQ(Surname(name), "SMITH|JONES") << name;
  }
  EXPECT_EQ(Given("John aka Jack"), "JOHN|JACK");
  EXPECT_EQ(Surname("Nee"), "NEE");
}

TEST(NameTest, OtherScriptsBecomeLatinLettersButJapaneseStays) {
  EXPECT_EQ(Surname("\u0418\u0432\u0430\u043d\u043e\u0432"), "IVANOV");
  EXPECT_EQ(Surname("\u042e\u0449\u0435\u043d\u043a\u043e"), "YUSHCHENKO");
  EXPECT_EQ(Surname("Παπαδόπουλος"), "PAPADOPOULOS");
  EXPECT_EQ(Given("김민수"), "GIMMINSU");
  EXPECT_EQ(Given("דוד"), "DWD");
  EXPECT_EQ(Surname("高橋"), "高橋");
  EXPECT_EQ(Given("はなこ"), "ハナコ");
}

TEST(NameTest, ASaintInOneWordIsThatInTwo) {
  EXPECT_EQ(Surname("StJohn"), Surname("St. John"));
  EXPECT_EQ(Surname("Stone"), "STONE");
}

TEST(NameTest, ASurnameThatWouldBeAPlaceholderGivenNameIsAName) {
  EXPECT_EQ(Surname("Child"), "CHILD");
  EXPECT_EQ(Given("Boyd"), "BOYD");
}

TEST(NameTest, DigitsAreTakenOutAndDigitsAloneAreInvalid) {
  EXPECT_EQ(Surname("Smith123"), "SMITH");
  EXPECT_EQ(Surname("123"), "invalid: no-letters");
}

TEST(NameTest, EmptyIsMissingAndBrokenUtf8IsInvalid) {
  EXPECT_EQ(Given(""), "missing");
  EXPECT_EQ(Given("  -  "), "missing");
  EXPECT_EQ(Given("\xE3\x81"), "invalid: not-utf-8");
}

TEST(NameTest, KanaOfAnyKindIsFullWidthKatakana) {
  EXPECT_EQ(Given("ハナコ"), "ハナコ");
  EXPECT_EQ(Given("はなこ"), "ハナコ");
  EXPECT_EQ(Given("ﾊﾅｺ"), "ハナコ");
  EXPECT_EQ(Surname("ﾜﾀﾅﾍﾞ"), Surname("わたなべ"));
  EXPECT_EQ(Given("ｼﾖｳｺ"), Given("しょうこ"));
}

TEST(NameTest, KanjiStaysWithoutSpacesAndInItsNewForm) {
  EXPECT_EQ(Surname("高橋"), "高橋");
  EXPECT_EQ(Surname("髙橋"), "高橋");
  EXPECT_EQ(Given("花\u3000子"), "花子");
  EXPECT_EQ(Surname("山田 様"), "山田");
  EXPECT_THAT(SurnameParts("山 田"), IsEmpty());
}

TEST(NameTest, ANameSuffixFieldHasOneFormPerGeneration) {
  EXPECT_EQ(Standardized(v1::NAME_SUFFIX, "Jr."), "JR");
  EXPECT_EQ(Standardized(v1::NAME_SUFFIX, "junior"), "JR");
  EXPECT_EQ(Standardized(v1::NAME_SUFFIX, "3rd"), "III");
  EXPECT_EQ(Standardized(v1::NAME_SUFFIX, "Esq"), "missing");
  EXPECT_EQ(Standardized(v1::NAME_SUFFIX, "Q"), "invalid: unknown-suffix");
}

}  // namespace
}  // namespace blindlink::agent
