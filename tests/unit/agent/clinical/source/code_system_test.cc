#include "agent/clinical/source/code_system.h"

#include <gtest/gtest.h>

namespace blindlink::agent {
namespace {

constexpr auto kDx = ClinicalTable::kDiagnoses;
constexpr auto kPx = ClinicalTable::kProcedures;
constexpr auto kRx = ClinicalTable::kDrugs;
const absl::CivilDay kOld(2012, 5, 1);
const absl::CivilDay kNew(2020, 5, 1);

TEST(CodeSystemTest, NamesOfASystemInAnySpellingAreOneName) {
  for (const char* name : {"ICD-10-CM", "icd10cm", "ICD10-CM", "10", "ICD-10", "icd10",
                           "http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90"}) {
    EXPECT_EQ(CodeSystemOf(name, kDx), "ICD-10-CM") << name;
  }
  EXPECT_EQ(CodeSystemOf("09", kDx), "ICD-9-CM");
  EXPECT_EQ(CodeSystemOf("9", kDx), "ICD-9-CM");
}

TEST(CodeSystemTest, TheTableDecidesWhatIcdTenMeans) {
  EXPECT_EQ(CodeSystemOf("10", kPx), "ICD-10-PCS");
  EXPECT_EQ(CodeSystemOf("09", kPx), "ICD-9-PCS");
}

TEST(CodeSystemTest, FhirSystemsHaveTheNamesOfTheReleasePlan) {
  EXPECT_EQ(CodeSystemOf("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", kPx), "HCPCS");
  EXPECT_EQ(CodeSystemOf("http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", kPx), "HCPCS");
  EXPECT_EQ(CodeSystemOf("http://www.cms.gov/Medicare/Coding/ICD10", kPx), "ICD-10-PCS");
  EXPECT_EQ(CodeSystemOf("http://hl7.org/fhir/sid/icd-10", kDx), "ICD-10");
  EXPECT_EQ(CodeSystemOf("http://www.ama-assn.org/go/cpt", kPx), "CPT");
  EXPECT_EQ(CodeSystemOf("http://www.nlm.nih.gov/research/umls/rxnorm", kRx), "RxNorm");
  EXPECT_EQ(CodeSystemOf("http://hl7.org/fhir/sid/ndc", kRx), "NDC");
  EXPECT_EQ(CodeSystemOf("http://snomed.info/sct", kDx), "SNOMED CT");
  EXPECT_EQ(CodeSystemOf("https://bluebutton.cms.gov/resources/codesystem/hcpcs", kPx), "HCPCS");
}

TEST(CodeSystemTest, WordsForNothingAreNoSystem) {
  for (const char* word : {"", "NI", "UN", "OT", "CH", " "}) {
    EXPECT_EQ(CodeSystemOf(word, kPx), "") << word;
  }
}

TEST(CodeSystemTest, ASitesOwnSystemKeepsItsName) {
  EXPECT_EQ(CodeSystemOf("House Catalogue", kDx), "House Catalogue");
}

TEST(CodeSystemTest, DiagnosesShowTheirSystemByTheirForm) {
  for (const char* code : {"E11.65", "E1165", "N18.ZZ", "M1A.0710", "S93.409A", "U07.1", "I10"}) {
    EXPECT_EQ(CodeSystemByForm(code, kDx, kNew), "ICD-10-CM") << code;
  }
  for (const char* code : {"250.00", "25000", "401.9", "5853"}) {
    EXPECT_EQ(CodeSystemByForm(code, kDx, kNew), "ICD-9-CM") << code;
  }
  EXPECT_EQ(CodeSystemByForm("233678006", kDx, kNew), "SNOMED CT");
}

TEST(CodeSystemTest, TheDayDecidesBetweenCodesOfBothRevisions) {
  EXPECT_EQ(CodeSystemByForm("V10.1", kDx, kOld), "ICD-9-CM");
  EXPECT_EQ(CodeSystemByForm("V10.1", kDx, kNew), "ICD-10-CM");
  EXPECT_EQ(CodeSystemByForm("E8342", kDx, kNew), "ICD-10-CM");
}

TEST(CodeSystemTest, NamesOfDiseasesHaveNoSystem) {
  for (const char* name : {"ESRD", "T2DM", "ckd iv", "COVID-19", "", ".", "E.11", "diabetes 2"}) {
    EXPECT_EQ(CodeSystemByForm(name, kDx, kNew), "") << name;
  }
}

TEST(CodeSystemTest, ProceduresShowTheirSystemByTheirForm) {
  EXPECT_EQ(CodeSystemByForm("G8892", kPx, kNew), "HCPCS");
  EXPECT_EQ(CodeSystemByForm("99221", kPx, kNew), "CPT");
  EXPECT_EQ(CodeSystemByForm("0001F", kPx, kNew), "CPT");
  EXPECT_EQ(CodeSystemByForm("0DTJ4ZZ", kPx, kNew), "ICD-10-PCS");
  EXPECT_EQ(CodeSystemByForm("0016070", kPx, kNew), "ICD-10-PCS");
  EXPECT_EQ(CodeSystemByForm("4298386", kPx, kNew), "SNOMED CT");
  EXPECT_EQ(CodeSystemByForm("47.01", kPx, kOld), "ICD-9-PCS");
  EXPECT_EQ(CodeSystemByForm("Renal dialysis", kPx, kNew), "");
}

TEST(CodeSystemTest, DrugsShowTheirSystemByTheirForm) {
  EXPECT_EQ(CodeSystemByForm("310798", kRx, kNew), "RxNorm");
  EXPECT_EQ(CodeSystemByForm("65862001090", kRx, kNew), "NDC");
  EXPECT_EQ(CodeSystemByForm("0777-3105-02", kRx, kNew), "NDC");
  EXPECT_EQ(CodeSystemByForm("A10BA02", kRx, kNew), "ATC");
  EXPECT_EQ(CodeSystemByForm("J1815", kRx, kNew), "HCPCS");
}

TEST(CodeSystemTest, TheHeaderOfAColumnOfCodesNamesTheirSystem) {
  EXPECT_EQ(CodeSystemOfHeader("rxnorm", kRx), "RxNorm");
  EXPECT_EQ(CodeSystemOfHeader("icd10code", kDx), "ICD-10-CM");
  EXPECT_EQ(CodeSystemOfHeader("cptcode", kPx), "CPT");
  EXPECT_EQ(CodeSystemOfHeader("code", kDx), "");
}

}  // namespace
}  // namespace blindlink::agent
