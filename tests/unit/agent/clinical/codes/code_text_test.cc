#include "agent/clinical/codes/code_text.h"

#include "gtest/gtest.h"

namespace blindlink::agent {
namespace {

TEST(CodeText, SystemsHaveOneNameHoweverTheyAreWritten) {
  EXPECT_EQ(CanonicalSystem("ICD10CM"), kIcd10Cm);
  EXPECT_EQ(CanonicalSystem(" icd-10-cm "), kIcd10Cm);
  EXPECT_EQ(CanonicalSystem("ICD9Proc"), kIcd9Pcs);
  EXPECT_EQ(CanonicalSystem("CPT4"), kCpt);
  EXPECT_EQ(CanonicalSystem(" our own "), "our own");
}

TEST(CodeText, CodesLoseDotsBlanksCaseAndModifiers) {
  EXPECT_EQ(NormalizeCode(kIcd10Cm, " e11.65 "), "E1165");
  EXPECT_EQ(NormalizeCode(kIcd9Cm, "250.00"), "25000");
  EXPECT_EQ(NormalizeCode(kHcpcs, "g8892-59"), "G8892");
  EXPECT_EQ(NormalizeCode(kMsDrg, "41"), "041");
  EXPECT_EQ(NormalizeCode(kRevenue, "450"), "0450");
  EXPECT_EQ(NormalizeCode(kNdc, "50-242-40"), "00050024240");
  EXPECT_EQ(NormalizeCode("ATC", "a10ba02"), "A10BA02");
}

TEST(CodeText, CptCodesHaveRangesOfNumbersAndNoWords) {
  EXPECT_EQ(CptSection("99213"), "99200-99499");
  EXPECT_EQ(CptHundred("99213"), "99200-99299");
  EXPECT_EQ(CptSection("0001U"), "0001U-9999U");
  EXPECT_EQ(CptHundred("0001U"), "");
  EXPECT_FALSE(LooksLikeCpt("G8892"));
}

}  // namespace
}  // namespace blindlink::agent
