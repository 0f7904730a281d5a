#include "agent/clinical/terms/term_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/clinical/terms/small_dictionary.h"

namespace blindlink::agent {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TermMatcherTest : public ::testing::Test {
 protected:
  void Add(const std::string& synonyms) {
    inputs_.synonyms = {tables_.Write("synonyms.tsv", "icd10cm\tsurface\n" + synonyms)};
  }
  TermMatch Match(const std::string& name, const std::string& code = "", double min_right = 0.8) {
    if (!dictionary_.has_value()) dictionary_.emplace(Built(inputs_));
    return TermMatcher(*dictionary_, min_right).Match(name, code);
  }
  // The code if it is given automatically, otherwise "?".
  std::string Coded(const std::string& name, const std::string& code = "") {
    const TermMatch match = Match(name, code);
    return match.automatic ? match.code : "?";
  }

  SmallTables tables_;
  TermInputs inputs_ = tables_.Official();
  std::optional<TermDictionary> dictionary_;
};

TEST_F(TermMatcherTest, TitlesIndexEntriesAndInclusionTermsAreFoundInAnyOrderAndSpelling) {
  EXPECT_EQ(Coded("Lassa fever"), "A962");
  EXPECT_EQ(Coded("LASSA-FEVER"), "A962");
  EXPECT_EQ(Coded("fever, Lassa"), "A962");
  EXPECT_EQ(Coded("High blood pressure"), "I10");
  EXPECT_EQ(Coded("systemic hypertension"), "I10");
  EXPECT_EQ(Coded("Chronic kidney disease stage IV"), "N184");
}

TEST_F(TermMatcherTest, WordsThatMeanTheSameAreFound) {
  EXPECT_EQ(Coded("stomach ulcers"), "K259");
  EXPECT_EQ(Coded("cancer of the lung"), "C3490");
}

TEST_F(TermMatcherTest, AReferenceOfTheIndexIsFollowed) {
  EXPECT_EQ(Coded("Lassa haemorrhage"), "A962");
}

// The files of this test, with more of the index than the small one.
class IndexTest : public TermMatcherTest {
 protected:
  void UseIndex(const std::string& rows) {
    inputs_.codes = {
        tables_.Write("more_codes.csv",
                      "code,billable,title\n"
                      "A96.2,1,Lassa fever\nB50.9,1,Plasmodium falciparum malaria\n"
                      "B52.9,1,Plasmodium malariae malaria\nB54,1,Unspecified malaria\n"
                      "C80.1,1,\"Malignant neoplasm, unspecified\"\n"
                      "I87.9,1,\"Disorder of vein, unspecified\"\n"
                      "K25.9,1,\"Gastric ulcer, unspecified\"\n"
                      "N28.9,1,\"Disorder of kidney and ureter, unspecified\"\n"
                      "N18.9,1,\"Chronic kidney disease, unspecified\"\n"
                      "Q61.3,1,\"Polycystic kidney, unspecified\"\n"
                      "G60.0,1,Hereditary neuropathia\nG61.0,1,Guillain syndrome\n")};
    inputs_.tabulars.clear();
    inputs_.indexes = {tables_.Write(
        "more_index.csv", "RowID,Letter,Level,Term,See,SeeAlso,NonEssModif,Code\n" + rows)};
  }
  std::string HowFound(const std::string& name) { return Match(name).candidates.at(0).explanation; }
};

TEST_F(IndexTest, AReferenceLeadsToTheEntryThatItNamesInItsOrder) {
  UseIndex(
      "1,M,0,Malaria,,,,B54\n2,M,1,malariae,,,,B52.9\n3,M,1,falciparum,,,,B50.9\n"
      "4,M,1,quartan,\"Malaria, malariae\",,,\n");
  EXPECT_EQ(Match("Quartan malaria").code, "B529");
}

TEST_F(IndexTest, AnEntryBelowWhichTheIndexNamesOtherCategoriesIsAHeading) {
  UseIndex(
      "1,M,0,Malaria,,,,B54\n2,M,1,malariae,,,,B52.9\n3,M,1,falciparum,,,,B50.9\n"
      "4,U,0,Ulcer,,,,K25.9\n5,U,1,stomach,,,,K25.9\n6,P,0,Paludism,Malaria,,,\n");
  EXPECT_THAT(HowFound("malaria"), HasSubstr("index heading"));
  EXPECT_THAT(HowFound("paludism"), HasSubstr("index heading"));  // refers to it
  EXPECT_THAT(HowFound("falciparum malaria"), Not(HasSubstr("heading")));
  EXPECT_THAT(HowFound("ulcer"), Not(HasSubstr("heading")));
}

TEST_F(IndexTest, AReferenceThatLeavesAChoiceIsAHeading) {
  UseIndex(
      "1,N,0,Neoplasm,,,,\n2,N,1,malignant,,,,C80.1\n"
      "3,C,0,Choriocarcinoma,\"Neoplasm, malignant, by site\",,,\n");
  EXPECT_THAT(HowFound("choriocarcinoma"), HasSubstr("index heading"));
}

TEST_F(IndexTest, AnEntryThatTheIndexHasTwiceIsAHeading) {
  UseIndex(
      "1,C,0,Cancer,,\"Neoplasm, malignant\",,\n2,C,1,stomach,,,,K25.9\n3,C,0,Cancer,,,,A96.2\n");
  EXPECT_THAT(HowFound("cancer"), HasSubstr("index heading"));
}

TEST_F(IndexTest, TheDiseaseOfAnOrganIsAHeading) {
  UseIndex("1,D,0,Disease,,,,\n2,D,1,vein,,,,I87.9\n3,D,1,Lassa,,,,A96.2\n");
  EXPECT_THAT(HowFound("vein disease"), HasSubstr("index heading"));
  EXPECT_THAT(HowFound("disease, Lassa"), Not(HasSubstr("heading")));
}

TEST_F(IndexTest, EachAlternativeOfTheIndexIsAName) {
  UseIndex("1,P,0,Robin deformity or syndrome,,,,Q61.3\n");
  EXPECT_EQ(Match("Robin syndrome").code, "Q613");
  EXPECT_EQ(Match("Robin deformity").code, "Q613");
}

TEST_F(IndexTest, KindsOfOneDiseaseInSeveralCategoriesAreNotCodedWithoutTheKind) {
  UseIndex(
      "1,X,0,Xeropathia testis,,,,G60.0\n2,X,0,Xeropathia testis type 2,,,,G61.0\n"
      "3,Y,0,Yeropathia testis,,,,G60.0\n");
  EXPECT_EQ(Coded("Yeropathia testis type 7"), "G600");
  EXPECT_EQ(Coded("Xeropathia testis type 7"), "?");
}

TEST_F(IndexTest, ASyndromeIsFoundWithoutTheWordButNoDiseaseByItsOrgan) {
  UseIndex(
      "1,X,0,Xeropathic shock syndrome,,,,G60.0\n2,D,0,Disease,,,,\n"
      "3,D,1,fallopian tube,,,,A96.2\n");
  EXPECT_EQ(Coded("Xeropathic shock"), "G600");
  EXPECT_EQ(Coded("Fallopian tube"), "?");
}

TEST_F(IndexTest, InitialsBeforeTheNameDoNotCount) {
  UseIndex("1,X,0,Xeropathic testis shock,,,,G60.0\n");
  EXPECT_EQ(Coded("XTS - Xeropathic testis shock"), "G600");
}

TEST_F(TermMatcherTest, OnlyTheFirstCandidateOfWhatIsAutomaticIsExplained) {
  const TermMatch automatic = Match("stomach ulcers");
  ASSERT_TRUE(automatic.automatic);
  EXPECT_FALSE(automatic.candidates.at(0).explanation.empty());
  const TermMatch review = Match("Medication due");
  for (const TermCandidate& candidate : review.candidates)
    EXPECT_FALSE(candidate.explanation.empty());
}

TEST_F(TermMatcherTest, ACategoryGivesTheCodeThatSaysLeastBeyondIt) {
  EXPECT_EQ(Coded("asthma"), "J45909");
  EXPECT_EQ(Coded("Osteoarthritis of knee"), "M179");
}

TEST_F(TermMatcherTest, SeventhCharactersComeFromTheTabularListAndTheFirstEncounterIsTheDefault) {
  EXPECT_EQ(Coded("Sprain of ankle"), "S93409A");
  EXPECT_EQ(Coded("Sprain of ankle, subsequent encounter"), "S93409D");
  EXPECT_EQ(Coded("Sprain of ankle, right"), "S93401A");
}

TEST_F(TermMatcherTest, AMisspelledNameIsFoundAndSaysSo) {
  const TermMatch match = Match("Chronic kdiney disease, stage 4");
  EXPECT_EQ(match.code, "N184");
  EXPECT_THAT(match.candidates.at(0).explanation, HasSubstr("spelling"));
}

TEST_F(TermMatcherTest, ACompoundThatNobodyKnowsSuggestsWhatItsEndNames) {
  const TermMatch match = Match("portohypertension");
  EXPECT_FALSE(match.automatic);
  ASSERT_FALSE(match.candidates.empty());
  EXPECT_EQ(match.candidates[0].code, "I10");
}

TEST_F(TermMatcherTest, SuspectedHistoryAndFamilyAreKeptApart) {
  const TermMatch suspected = Match("r/o Lassa fever");
  EXPECT_TRUE(suspected.automatic);
  EXPECT_EQ(suspected.certainty, Certainty::kSuspected);
  EXPECT_EQ(Match("family history of asthma").certainty, Certainty::kFamily);
  EXPECT_FALSE(Match("family history of asthma").automatic);
  EXPECT_FALSE(Match("history of asthma").automatic);
}

TEST_F(TermMatcherTest, WhatIsDeniedIsNeverCoded) {
  EXPECT_FALSE(Match("no evidence of asthma").automatic);
}

TEST_F(TermMatcherTest, AnAbbreviationWithSeveralMeaningsIsNeverCodedAlone) {
  inputs_.abbreviations = {tables_.Write("short.tsv",
                                         "abbreviation\tmeaning\tmeanings_known\n"
                                         "LF\tLassa fever\t2\nXKD\tchronic kidney disease\t1\n")};
  EXPECT_FALSE(Match("LF").automatic);
  EXPECT_EQ(Match("LF").code, "A962");  // a candidate all the same
  EXPECT_EQ(Coded("XKD stage 4"), "N184");
}

TEST_F(TermMatcherTest, TheSitesOwnNameCountsMoreThanAnyOther) {
  Add("K25.9\tLassa fever\n");
  EXPECT_EQ(Coded("Lassa fever"), "K259");
}

TEST_F(TermMatcherTest, TheSitesCodeIsCheckedAgainstTheName) {
  EXPECT_EQ(Coded("Type 2 diabetes mellitus", "E11.65"), "E1165");  // says more
  EXPECT_EQ(Coded("Type 2 diabetes mellitus", "E11"), "E119");      // cut
  EXPECT_EQ(Coded("Type 2 diabetes mellitus", "250.00"), "E119");   // another system
  EXPECT_EQ(Coded("Type 2 diabetes mellitus", "E11.ZZ"), "E119");   // does not exist
  EXPECT_EQ(Coded("Type 2 diabetes mellitus", "K25.9"), "?");       // says something else
  EXPECT_EQ(Coded("Chronic kidney disease, stage 4", "N18.3"), "N184");
}

TEST_F(TermMatcherTest, ACodeBesideANameThatDoesNotSupportItIsNotTaken) {
  EXPECT_EQ(Coded("Medication due", "I10"), "?");
}

TEST_F(TermMatcherTest, CircumstancesAreNoDisease) {
  EXPECT_FALSE(Match("Full-time employment").automatic);
  EXPECT_FALSE(Match("Received high school education").automatic);
}

TEST_F(TermMatcherTest, NothingIsAutomaticBelowTheWantedShare) {
  EXPECT_FALSE(Match("Lassa fever", "", 1.0).automatic);
}

TEST_F(TermMatcherTest, TextThatIsNoNameGivesNothing) {
  for (const char* name : {"", " ", "???", "\xff\xfe", "-"}) {
    EXPECT_FALSE(Match(name).automatic) << name;
    EXPECT_EQ(Match(name).code, "") << name;
  }
}

TEST_F(TermMatcherTest, AJapaneseMasterIsMatchedInItsOwnRules) {
  inputs_ = TermInputs();
  inputs_.masters = {tables_.Write(
      "master.csv",
      "病名表記,病名表記カナ,ICD10\n"
      "慢性胃炎,マンセイイエン,K29.5\n高血圧症,コウケツアツシヨウ,I10\n膵癌,スイガン,C25.9\n")};
  EXPECT_EQ(Coded("まんせいいえん"), "K295");
  EXPECT_EQ(Coded("高血圧"), "I10");
  EXPECT_EQ(Coded("膵がんの疑い"), "C259");
  EXPECT_EQ(Match("膵がんの疑い").certainty, Certainty::kSuspected);
  EXPECT_EQ(Match("膵がん").standard_name, "膵癌");
}

}  // namespace
}  // namespace blindlink::agent
