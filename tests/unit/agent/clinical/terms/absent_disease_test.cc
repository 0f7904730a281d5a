#include "agent/clinical/terms/absent_disease.h"

#include <gtest/gtest.h>

namespace blindlink::agent {
namespace {

TEST(AbsentDiseaseTest, WhatThePatientDoesNotHaveIsRecognized) {
  for (const char* name :
       {"no evidence of viral pneumonia", "No  signs of malignancy", "NEGATIVE FOR INFLUENZA",
        "essential hypertension ruled out", "Diabetes - ruled out.", "denies chest pain",
        "pulmonary embolism excluded", "肺炎なし", "No diabetes"}) {
    EXPECT_TRUE(SaysAbsent(name)) << name;
  }
}

TEST(AbsentDiseaseTest, SuspectedAndNamesThatSoundAlikeAreNot) {
  for (const char* name :
       {"rule out pneumonia", "r/o MI", "? pneumonia", "Absence of menstruation",
        "Type 2 diabetes mellitus without complications", "Nonrheumatic mitral valve disorder",
        "Acquired absence of kidney", "Nodular goiter", "Rh negative mother", "肺炎疑い", ""}) {
    EXPECT_FALSE(SaysAbsent(name)) << name;
  }
}

}  // namespace
}  // namespace blindlink::agent
