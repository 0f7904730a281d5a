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
  EXPECT_EQ(SettingOf(""), "");
  EXPECT_EQ(SettingOf("Day-Clinic"), "outpatient");
  EXPECT_EQ(SettingOfClaimType("60"), "inpatient");
  EXPECT_EQ(SettingOfClaimType("40"), "outpatient");
  EXPECT_EQ(SettingOfClaimType("zz"), "");
}

TEST(ValueWordsTest, EverySettingThatIsGivenIsAWordThatIsKnown) {
  for (const char* word : {"inpatient", "outpatient", "emergency", "telehealth", "observation",
                           "consult", "nursing", "home", "hospice", "pharmacy", "laboratory",
                           "imaging", "dental", "vision", "equipment", "field", "pre-admission"}) {
    EXPECT_EQ(SettingOf(word), word);
  }
}

TEST(ValueWordsTest, ASettingThatIsNotKnownIsNotPassed) {
  EXPECT_EQ(SettingOf("Ward 7 Dr Smith"), std::nullopt);
  EXPECT_EQ(SettingOf("4711"), std::nullopt);
}

TEST(ValueWordsTest, SexesOfAllShapesAreTheSameLetters) {
  for (const char* word : {"F", "f", "female", "2", "8532"}) EXPECT_EQ(SexOf(word), "F") << word;
  for (const char* word : {"M", "Male", "1", "8507"}) EXPECT_EQ(SexOf(word), "M") << word;
  EXPECT_EQ(SexOf("other"), "O");
  for (const char* word : {"", "unknown", "NI", "UN", "0", "9", "U"})
    EXPECT_EQ(SexOf(word), "") << word;
}

TEST(ValueWordsTest, CertaintyIsASuspicionAHistoryOrNothing) {
  EXPECT_EQ(CertaintyOf("provisional"), "suspected");
  EXPECT_EQ(CertaintyOf("Rule-out"), "suspected");
  EXPECT_EQ(CertaintyOf("confirmed"), "");
  EXPECT_EQ(CertaintyOf(" "), "");
  EXPECT_EQ(CertaintyOf("Family History"), "family");
  EXPECT_EQ(CertaintyOf("hardly so"), std::nullopt);
}

TEST(ValueWordsTest, WordsThatDenyADiseaseRefuteItHoweverTheyAreWritten) {
  for (const char* words :
       {"refuted", "Ruled Out", "ruled-out", "ruled_out", "negative", "entered-in-error",
        "excluded", "ABSENT", "denied", "denies", "410516002", "A", "ausgeschlossen"}) {
    EXPECT_EQ(CertaintyOf(words), kRefuted) << words;
  }
}

}  // namespace
}  // namespace blindlink::agent
