#include "agent/clinical/terms/term_matcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/clinical/terms/small_dictionary.h"

namespace blindlink::agent {
namespace {

using ::testing::HasSubstr;

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
