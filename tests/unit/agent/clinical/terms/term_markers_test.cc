#include "agent/clinical/terms/term_markers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/clinical/terms/term_words.h"

namespace blindlink::agent {
namespace {

using ::testing::ElementsAre;

MarkedName Read(absl::string_view name) {
  return ReadMarkers(FoldTerm(name),
                     [](absl::string_view code) { return code == "E119" || code == "I10"; });
}

TEST(TermMarkersTest, DoubtInAnyWordingIsSuspected) {
  for (const absl::string_view name :
       {"suspected pneumonia", "Pneumonia, suspected", "?pneumonia", "pneumonia ?", "r/o pneumonia",
        "Rule out pneumonia", "s/o pneumonia", "PROBABLE PNEUMONIA", "possible pneumonia",
        "pneumonia (suspected)", "Supeccted pneumonia", "likely pneumonia", "query pneumonia"}) {
    const MarkedName read = Read(name);
    EXPECT_EQ(read.certainty, Certainty::kSuspected) << name;
    EXPECT_THAT(WordsOf(read.core), ElementsAre("PNEUMONIA")) << name;
  }
}

TEST(TermMarkersTest, ANameWithoutDoubtIsDefinite) {
  for (const absl::string_view name :
       {"pneumonia", "suspended animation", "inspected wound", "likelyhood"}) {
    EXPECT_EQ(Read(name).certainty, Certainty::kDefinite) << name;
  }
}

TEST(TermMarkersTest, HistoryIsThePatientsUnlessItIsTheFamilys) {
  EXPECT_EQ(Read("History of stroke").certainty, Certainty::kHistory);
  EXPECT_EQ(Read("h/o stroke").certainty, Certainty::kHistory);
  EXPECT_EQ(Read("Family history of stroke").certainty, Certainty::kFamily);
  EXPECT_EQ(Read("FHx stroke").certainty, Certainty::kFamily);
}

TEST(TermMarkersTest, WhatIsDeniedIsNotThere) {
  EXPECT_TRUE(Read("no evidence of pneumonia").denied);
  EXPECT_TRUE(Read("pneumonia ruled out").denied);
  EXPECT_FALSE(Read("rule out pneumonia").denied);
}

TEST(TermMarkersTest, SidesAreReadAndTakenOut) {
  EXPECT_EQ(Read("osteoarthritis of right knee").side, Side::kRight);
  EXPECT_EQ(Read("knee pain (L)").side, Side::kLeft);
  EXPECT_EQ(Read("bilateral knee pain").side, Side::kBoth);
  EXPECT_THAT(WordsOf(Read("knee pain, rt").no_side), ElementsAre("KNEE", "PAIN"));
  EXPECT_EQ(Read("knee pain").side, Side::kNone);
}

TEST(TermMarkersTest, OnlyCodesThatExistAreTakenFromTheText) {
  EXPECT_THAT(Read("Diabetes (E11.9)").codes, ElementsAre("E119"));
  EXPECT_THAT(Read("I10").codes, ElementsAre());  // without a dot it may be a word
  EXPECT_THAT(Read("Vitamin B12 deficiency").codes, ElementsAre());
}

TEST(TermMarkersTest, CodesAreReadWithAndWithoutDot) {
  EXPECT_EQ(CodeWithoutDot("E11.65"), "E1165");
  EXPECT_EQ(CodeWithoutDot(" e1165 "), "E1165");
  EXPECT_EQ(CodeWithoutDot("S93.40-"), "S9340");
  EXPECT_EQ(CodeWithoutDot("250.00"), "");
  EXPECT_EQ(CodeWithoutDot("E11.65.1"), "");
}

}  // namespace
}  // namespace blindlink::agent
