#include "agent/clinical/terms/term_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blindlink::agent {
namespace {

using ::testing::ElementsAre;

TermWordList Words(absl::string_view name) { return WordsOf(FoldTerm(name)); }
TermWordList Bag(absl::string_view name) { return BagOf(Words(name)); }
TermWordList Concepts(absl::string_view name) { return ConceptsOf(Words(name)); }

TEST(TermWordsTest, CaseWidthAccentsAndPunctuationDoNotCount) {
  EXPECT_EQ(Words("Ｓｊögren's  syndrome"), Words("SJOGREN SYNDROME"));
  EXPECT_EQ(Words("Diabetes mellitus, type 2"), Words("diabetes mellitus (type-2)"));
}

TEST(TermWordsTest, BritishAndAmericanSpellingsAreTheSame) {
  EXPECT_EQ(Words("Haemorrhagic anaemia"), Words("Hemorrhagic anemia"));
  EXPECT_EQ(Words("oedema of oesophagus"), Words("edema of esophagus"));
  EXPECT_EQ(Words("Tumour"), Words("Tumor"));
  EXPECT_EQ(Words("Leucocytosis"), Words("Leukocytosis"));
}

TEST(TermWordsTest, PluralsAreSingular) {
  EXPECT_EQ(Words("Diseases of kidneys"), Words("Disease of kidney"));
  EXPECT_EQ(Words("Metastases"), Words("Metastasis"));
  EXPECT_EQ(Words("vertebrae"), Words("vertebra"));
  EXPECT_THAT(Words("Diabetes"), ElementsAre("DIABETES"));
  EXPECT_THAT(Words("arthritis"), ElementsAre("ARTHRITIS"));
}

TEST(TermWordsTest, RomanNumeralsAreArabicAndStandApartFromLetters) {
  EXPECT_EQ(Words("CKD stage IV"), Words("CKD stage 4"));
  EXPECT_EQ(Words("COVID19"), Words("COVID-19"));
  EXPECT_EQ(Words("type Ⅱ"), Words("type 2"));
}

TEST(TermWordsTest, GreekLettersHaveTheirNames) {
  EXPECT_EQ(Words("β-thalassemia"), Words("beta thalassaemia"));
}

TEST(TermWordsTest, TheBagDoesNotDependOnOrderOrOnUnspecified) {
  EXPECT_EQ(Bag("Fever, Lassa"), Bag("Lassa fever"));
  EXPECT_EQ(Bag("Cholera, unspecified"), Bag("Cholera NOS"));
  EXPECT_NE(Bag("with fever"), Bag("without fever"));
}

TEST(TermWordsTest, ConceptsAreTheSameForWordsThatMeanTheSame) {
  EXPECT_EQ(Concepts("renal cancer"), Concepts("malignant neoplasm of kidney"));
  EXPECT_EQ(Concepts("heart attack"), Concepts("myocardial infarction"));
}

TEST(TermWordsTest, TheCompactFormForgivesSpacesAlone) {
  EXPECT_EQ(CompactOf(FoldTerm("Chronici schemic heart-disease")),
            CompactOf(FoldTerm("Chronic ischemic heart disease")));
}

TEST(TermWordsTest, WordsThatTellKindsOfOneDiseaseApartAreLeftOut) {
  const auto without = [](const char* name) { return WithoutKinds(WordsOf(FoldTerm(name))); };
  for (const char* name :
       {"Xeropathia testis type 4C", "Xeropathia testis group C", "Xeropathia testis IXb",
        "Xeropathia testis 1EE", "autosomal recessive Xeropathia testis 12",
        "Xeropathia testis type IIIA"}) {
    EXPECT_EQ(without(name), WordsOf(FoldTerm("Xeropathia testis"))) << name;
  }
  EXPECT_EQ(without("Deficiency of vitamin C"), WordsOf(FoldTerm("Deficiency of vitamin C")));
}

TEST(TermWordsTest, AllKindsOfADiseaseShareTheSameWords) {
  const auto shared = [](const char* name) { return WhatKindsShare(WordsOf(FoldTerm(name))); };
  EXPECT_EQ(shared("Xeropathic syndrome, type 1"), shared("severe xeropathic disease"));
  EXPECT_NE(shared("Xeropathic syndrome"), shared("Hydropathic syndrome"));
}

}  // namespace
}  // namespace blindlink::agent
