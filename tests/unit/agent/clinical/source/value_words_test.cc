#include "agent/clinical/source/value_words.h"

#include <gtest/gtest.h>

namespace blindlink::agent {
namespace {

TEST(ValueWordsTest, SettingsOfAllShapesAreTheSameWords) {
  for (const char* word : {"IP", "EI", "IMP", "ACUTE", "9201", "262", "inpatient", "Inpatient "}) {
    EXPECT_EQ(SettingOf(word), "inpatient") << word;
  }
  for (const char* word : {"AV", "AMB", "9202", "outpatient", "ambulatory", "wellness"}) {
    EXPECT_EQ(SettingOf(word), "outpatient") << word;
  }
  for (const char* word : {"ED", "EMER", "9203", "emergency", "ER"}) {
    EXPECT_EQ(SettingOf(word), "emergency") << word;
  }
  EXPECT_EQ(SettingOf("581458"), "pharmacy");
  EXPECT_EQ(SettingOf("NI"), "");
  EXPECT_EQ(SettingOf("0"), "");
  EXPECT_EQ(SettingOf("Day Clinic"), "day clinic");
  EXPECT_EQ(SettingOfClaimType("60"), "inpatient");
  EXPECT_EQ(SettingOfClaimType("40"), "outpatient");
  EXPECT_EQ(SettingOfClaimType("zz"), "");
}

TEST(ValueWordsTest, SexesOfAllShapesAreTheSameLetters) {
  for (const char* word : {"F", "f", "female", "2", "8532"}) EXPECT_EQ(SexOf(word), "F") << word;
  for (const char* word : {"M", "Male", "1", "8507"}) EXPECT_EQ(SexOf(word), "M") << word;
  EXPECT_EQ(SexOf("other"), "O");
  for (const char* word : {"", "unknown", "NI", "UN", "0", "U"}) EXPECT_EQ(SexOf(word), "") << word;
}

TEST(ValueWordsTest, AnAmountHasTwoPlacesWhateverItsSourceDropped) {
  bool ok = false;
  EXPECT_EQ(AmountOf("875.90", &ok), "875.90");
  EXPECT_EQ(AmountOf("875.9", &ok), "875.90");
  EXPECT_EQ(AmountOf("875", &ok), "875.00");
  EXPECT_EQ(AmountOf("$1,234.5", &ok), "1234.50");
  EXPECT_EQ(AmountOf("-3.1", &ok), "-3.10");
  EXPECT_EQ(AmountOf("0.125", &ok), "0.125");
  EXPECT_EQ(AmountOf(".5", &ok), "0.50");
  EXPECT_TRUE(ok);
  EXPECT_EQ(AmountOf("", &ok), "");
  EXPECT_TRUE(ok);
}

TEST(ValueWordsTest, WhatIsNoNumberIsNoAmount) {
  for (const char* text : {"free", "1.2.3", "-", "1e5"}) {
    bool ok = true;
    EXPECT_EQ(AmountOf(text, &ok), "") << text;
    EXPECT_FALSE(ok) << text;
  }
}

TEST(ValueWordsTest, CertaintyIsASuspicionAHistoryOrNothing) {
  EXPECT_EQ(CertaintyOf("provisional"), "suspected");
  EXPECT_EQ(CertaintyOf("confirmed"), "");
  EXPECT_EQ(CertaintyOf("Family History"), "family");
}

}  // namespace
}  // namespace blindlink::agent
