#include "agent/standardize/full_name.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/unit/agent/standardize/full_name_words.h"
#include "tests/unit/agent/standardize/standardized.h"

namespace blindlink::agent {
namespace {

// "first/middle/last/suffix"
std::string Split(absl::string_view text) {
  const FullName name = SplitFullName(text);
  return absl::StrCat(name.first, "/", name.middle, "/", name.last, "/", name.suffix);
}

TEST(FullNameTest, TheCommaTellsTheOrder) {
  EXPECT_EQ(Split("John Smith"), "John//Smith/");
  EXPECT_EQ(Split("John Q. Smith"), "John/Q./Smith/");
  EXPECT_EQ(Split("SMITH, JOHN Q PUBLIC"), "JOHN/Q PUBLIC/SMITH/");
  EXPECT_EQ(Split("SMITH,JOHN"), "JOHN//SMITH/");
  EXPECT_EQ(Split("Smith, John, Q"), "John/Q/Smith/");
  EXPECT_EQ(Split("SMITH JOHN A"), "SMITH/JOHN/A/");
}

TEST(FullNameTest, ASingleWordIsALastName) {
  EXPECT_EQ(Split("Smith"), "//Smith/");
  EXPECT_EQ(Split("Smith,"), "//Smith/");
  EXPECT_EQ(Split("Jr."), "//Jr./");
  EXPECT_EQ(Split("MD"), "//MD/");
  EXPECT_EQ(Split("Mr. Smith"), "//Smith/");
  EXPECT_EQ(Split(" , "), "///");
  EXPECT_EQ(Split(""), "///");
}

TEST(FullNameTest, ASuffixMayStandAnywhereBehindAName) {
  for (const char* text :
       {"John Smith Jr.", "John Smith, Jr.", "Smith Jr., John", "Smith, Jr., John",
        "Smith, John Jr.", "Smith, John, Jr.", "Smith, Jr. John", "John Smith Jr. MD"}) {
    EXPECT_EQ(Split(text), "John//Smith/Jr.") << text;
  }
  EXPECT_EQ(Split("John Smith 3rd"), "John//Smith/3rd");
  EXPECT_EQ(Split("John Smith, III"), "John//Smith/III");
  EXPECT_EQ(Split("John Smith II"), "John//Smith/II");
}

TEST(FullNameTest, ASuffixThatMayBeANameIsOneOnlyBehindAWholeName) {
  EXPECT_EQ(Split("John Smith V"), "John//Smith/V");
  EXPECT_EQ(Split("Malcolm X"), "Malcolm//X/");
  EXPECT_EQ(Split("Smith V, John"), "John//Smith/V");
  EXPECT_EQ(Split("Smith, John V"), "John/V/Smith/");
  EXPECT_EQ(Split("Smith, V"), "V//Smith/");
  EXPECT_EQ(Split("Carlos Souza Junior"), "Carlos//Souza/Junior");
  EXPECT_EQ(Split("Carlos Junior"), "Carlos//Junior/");
  EXPECT_EQ(Split("Souza, Junior"), "Junior//Souza/");
  EXPECT_EQ(Split("Carlos Souza, Junior"), "Carlos//Souza/Junior");
}

TEST(FullNameTest, TitlesAndDegreesAreDropped) {
  for (const char* text :
       {"Robert Carter, MD", "Robert Carter MD", "Robert Carter, M.D.", "Robert Carter, Ph. D.",
        "Robert Carter, Esq.", "Robert Carter, MD, PhD", "Dr. Robert Carter", "Mr Robert Carter",
        "Lt. Col. Robert Carter", "Carter, Dr. Robert", "Dr. Carter, Robert", "Carter, Robert, MD",
        "Carter, Robert MR", "Carter, Robert, Mr.", "Sr. Robert Carter", "Robert Carter, PA-C",
        "Robert Carter FNP-BC"}) {
    EXPECT_EQ(Split(text), "Robert//Carter/") << text;
  }
}

TEST(FullNameTest, InitialsThatReadLikeATitleOrDegreeStay) {
  EXPECT_EQ(Split("J.R. Ewing"), "J.R.//Ewing/");
  EXPECT_EQ(Split("F.R. Smith"), "F.R.//Smith/");
  EXPECT_EQ(Split("Smith, J.D."), "J.D.//Smith/");
  EXPECT_EQ(Split("Rahman, Md"), "Md//Rahman/");
  EXPECT_EQ(Split("de la Cruz, JD"), "JD//de la Cruz/");
  EXPECT_EQ(Split("Rahman, Md Abdul"), "Md/Abdul/Rahman/");
  EXPECT_EQ(Split("Minh Do"), "Minh//Do/");
  EXPECT_EQ(Split("Dupont, Pierre M-D"), "Pierre/M-D/Dupont/");
  EXPECT_EQ(Split("Dupont, n\u00afP"), "n\u00afP//Dupont/");
  EXPECT_EQ(Split("Anna Dupont n\u00afP"), "Anna/Dupont/n\u00afP/");
}

TEST(FullNameTest, ParticlesAndPrefixesStayWithTheLastName) {
  for (const char* last :
       {"della Rocca",     "de la Cruz",  "van der Berg", "Mc Donald",     "Mac Donald",
        "O'Brien",         "O' Brien",    "O Brien",      "O\u2019 Brien", "D' Angelo",
        "St. John",        "St John",     "Saint James",  "San Juan",      "von und zu Guttenberg",
        "vom Bruch",       "zum Felde",   "zu Solms",     "van 't Hoff",   "in \u2019t Veld",
        "op den Kamp",     "ter Horst",   "ten Brink",    "dos Santos",    "das Neves",
        "da Silva",        "bin Laden",   "ibn Sina",     "al Hassan",     "el Amrani",
        "Abu Bakr",        "al-Hassan",   "Le Pen",       "Di Maria",      "Degli Esposti",
        "Ortega y Gasset", "DELLA ROCCA", "MC DONALD"}) {
    EXPECT_EQ(Split(absl::StrCat("Anna ", last)), absl::StrCat("Anna//", last, "/"));
    EXPECT_EQ(Split(absl::StrCat("Anna Maria ", last)), absl::StrCat("Anna/Maria/", last, "/"));
    EXPECT_EQ(Split(absl::StrCat(last, ", Anna")), absl::StrCat("Anna//", last, "/"));
  }
}

TEST(FullNameTest, AParticleThatIsMoreLikelyAGivenNameOrInitialIsOne) {
  EXPECT_EQ(Split("John O Smith"), "John/O/Smith/");
  EXPECT_EQ(Split("John O. Brien"), "John/O./Brien/");
  EXPECT_EQ(Split("John D Smith"), "John/D/Smith/");
  EXPECT_EQ(Split("John L. Smith"), "John/L./Smith/");
  EXPECT_EQ(Split("John T Smith"), "John/T/Smith/");
  EXPECT_EQ(Split("John Ben Smith"), "John/Ben/Smith/");
  EXPECT_EQ(Split("MARY ANN Y SMITH"), "MARY/ANN Y/SMITH/");
  EXPECT_EQ(Split("Kim In Soo"), "Kim/In/Soo/");
  EXPECT_EQ(Split("Van Morrison"), "Van//Morrison/");
  EXPECT_EQ(Split("La Toya Jackson"), "La/Toya/Jackson/");
  EXPECT_EQ(Split("Smith, John De Wayne"), "John/De Wayne/Smith/");
}

TEST(FullNameTest, TwoLastNamesAreRecognizedByAHyphenOrAComma) {
  EXPECT_EQ(Split("Ana Garcia-Lopez"), "Ana//Garcia-Lopez/");
  EXPECT_EQ(Split("Ana Garcia - Lopez"), "Ana//Garcia-Lopez/");
  EXPECT_EQ(Split("Garcia Lopez, Ana"), "Ana//Garcia Lopez/");
  EXPECT_EQ(Split("Ana Garcia Lopez"), "Ana/Garcia/Lopez/");
  EXPECT_EQ(Split("Garcia, Maria de los Angeles"), "Maria de los Angeles//Garcia/");
  EXPECT_EQ(Split("Garcia, Maria del Carmen Rosa"), "Maria del Carmen/Rosa/Garcia/");
}

TEST(FullNameTest, AnotherNameStandsBehindThePieceItBelongsTo) {
  EXPECT_EQ(Split("Robert (Bob) Carter"), "Robert (Bob)//Carter/");
  EXPECT_EQ(Split("Robert \"Bob\" J Carter Jr"), "Robert (Bob)/J/Carter/Jr");
  EXPECT_EQ(Split("Robert \u201cBob\u201d Carter"), "Robert (Bob)//Carter/");
  EXPECT_EQ(Split("Robert Carter (Bob)"), "Robert (Bob)//Carter/");
  EXPECT_EQ(Split("Carter, Robert [Bob, Bobby]"), "Robert (Bob, Bobby)//Carter/");
  EXPECT_EQ(Split("Carter, (Bob)"), "(Bob)//Carter/");
  EXPECT_EQ(Split("Carter (Jones), Mary"), "Mary//Carter (Jones)/");
  EXPECT_EQ(Split("Mary Smith n\u00e9e Jones"), "Mary//Smith (n\u00e9e Jones)/");
  EXPECT_EQ(Split("Mary Smith (nee Jones)"), "Mary//Smith (nee Jones)/");
  EXPECT_EQ(Split("Smith, Mary Ann geb. Jones"), "Mary/Ann/Smith (geb. Jones)/");
  EXPECT_EQ(Split("Smith, John aka Jack"), "John (aka Jack)//Smith/");
  EXPECT_EQ(Split("Carter (Bob)"), "//Carter (Bob)/");
  EXPECT_EQ(Split("Robert (Bob Carter"), "Robert/Bob/Carter/");
  EXPECT_EQ(Split("\"Carter, Robert\""), "Robert//Carter/");
}

TEST(FullNameTest, EastAsianNamesHaveTheLastNameFirst) {
  EXPECT_EQ(Split("山田\u3000太郎"), "太郎//山田/");
  EXPECT_EQ(Split("山田 太郎 様"), "太郎//山田/");
  EXPECT_EQ(Split("山田 太郎（ヤマダ タロウ）"), "太郎 (ヤマダ タロウ)//山田/");
  EXPECT_EQ(Split("김 민수"), "민수//김/");
  EXPECT_EQ(Split("山田太郎"), "//山田太郎/");
}

// The values of a record: of the given name, middle name, last name and suffix.
std::string Values(const FullName& name) {
  return absl::StrCat(Standardized(v1::GIVEN_NAME, name.first), " / ",
                      Standardized(v1::MIDDLE_NAME, name.middle), " / ",
                      Standardized(v1::SURNAME, name.last), " / ",
                      Standardized(v1::NAME_SUFFIX, name.suffix));
}

TEST(FullNameTest, AFullNameHasTheValuesOfItsPiecesInColumnsOfTheirOwn) {
  struct {
    const char* full;
    FullName pieces;
  } const kSame[] = {
      {"John Smith", {"JOHN", "", "smith", ""}},
      {"SMITH, JOHN Q", {"John", "Q.", "Smith", ""}},
      {"Anna della Rocca", {"Anna", "", "Della Rocca", ""}},
      {"John Smith 3rd", {"John", "", "Smith", "III"}},
      {"John Smith Junior", {"John", "", "Smith", "JR"}},
      {"John Smith V", {"John", "", "Smith", "V"}},
      {"Robert Carter, MD", {"Robert", "", "Carter MD", ""}},
      {"Dr. Robert Carter", {"Dr. Robert", "", "Carter", ""}},
      {"Robert (Bob) Carter", {"Robert \"Bob\"", "", "Carter", ""}},
      {"Carter, Jr., Robert", {"Robert", "", "Carter", "Jr"}},
      {"Robert Carter, Esq.", {"Robert", "", "Carter", "Esq"}},
      {"van der Berg, Jan", {"Jan", "", "Van Der Berg", ""}},
      {"Juan de la Cruz", {"Juan", "", "DELACRUZ", ""}},
      {"Mary Mc Donald", {"Mary", "", "McDonald", ""}},
      {"Mary O' Brien", {"Mary", "", "O'Brien", ""}},
      {"John St. John", {"John", "", "Saint John", ""}},
      {"Jan van 't Hoff", {"Jan", "", "Van't Hoff", ""}},
      {"Karl von und zu Guttenberg", {"Karl", "", "von und zu Guttenberg", ""}},
      {"Ahmed bin Rashid", {"Ahmed", "", "Bin Rashid", ""}},
      {"Mary Smith née Jones", {"Mary", "", "Smith (née Jones)", ""}},
      {"Garcia-Lopez, Maria de los Angeles", {"Maria de los Angeles", "", "Garcia Lopez", ""}},
      {"山田　太郎", {"太郎", "", "山田", ""}},
      {"ﾜﾀﾅﾍﾞ ﾊﾅｺ", {"はなこ", "", "わたなべ", ""}},
  };
  for (const auto& same : kSame) {
    EXPECT_EQ(Values(SplitFullName(same.full)), Values(same.pieces)) << same.full;
  }
}

TEST(FullNameTest, ASuffixMayStandWithTheLastName) {
  EXPECT_EQ(SuffixOf("Carter Jr."), "Jr.");
  EXPECT_EQ(SuffixOf("Garcia Lopez, III"), "III");
  EXPECT_EQ(SuffixOf("Carter 3rd MD"), "3rd");
  EXPECT_EQ(SuffixOf("Carter V"), "V");
  EXPECT_EQ(SuffixOf("Carter"), "");
  EXPECT_EQ(SuffixOf("Carter MD"), "");
  EXPECT_EQ(SuffixOf("II"), "");
  EXPECT_EQ(SuffixOf(""), "");
}

TEST(FullNameTest, NoWordIsLostOrInventedWhateverTheText) {
  const std::vector<std::string> pieces = {
      "John",
      "Smith",
      "de",
      "la",
      "van",
      "O'",
      "O",
      "y",
      "und",
      "'t",
      "Mc",
      "Jr.",
      "III",
      "V",
      "3rd",
      "Junior",
      "Sr",
      "MD",
      "M-D",
      "b---A.",
      "PA-C",
      "CCC-SLP",
      "Ph.",
      "D.",
      "Dr.",
      "Mr",
      "née",
      "aka",
      ",",
      "(",
      ")",
      "[",
      "]",
      "\"",
      "-",
      "''",
      ".",
      "山田",
      "太郎",
      "様",
      "　",
      "（",
      "）",
      "“",
      "”",
      "，",
      "e\u0301",
      "\u202e",
      "MR\xff",
      "\xe3\x80",
      "\xf0\x9f\x98\x80",
      std::string(1, '\0'),
  };
  std::mt19937 random(20260101);
  for (int i = 0; i < 100000; ++i) {
    std::string text;
    for (size_t count = random() % 9; count > 0; --count) {
      text += pieces[random() % pieces.size()];
      if (random() % 4 != 0) text += " ";
    }
    ASSERT_EQ(BrokenPromise(text), "") << text;
  }
}

TEST(FullNameTest, ALongTextTakesLinearTime) {
  for (const char* piece : {"(", "\"", "\")", "de ", "Jr ", "Dr ", ",", "a,", "Jr,", "- "}) {
    std::string text;
    while (text.size() < 200000) text += piece;
    EXPECT_EQ(BrokenPromise(text), "") << piece;
    EXPECT_EQ(BrokenPromise(absl::StrCat(text, " Smith\"")), "") << piece;
  }
}

}  // namespace
}  // namespace blindlink::agent
