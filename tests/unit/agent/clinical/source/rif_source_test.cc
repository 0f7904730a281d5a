#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/clinical/source/read_source.h"

namespace blindlink::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr char kBeneficiaryHeader[] =
    "DML_IND|BENE_ID|STATE_CODE|BENE_ZIP_CD|BENE_BIRTH_DT|BENE_SEX_IDENT_CD|DEATH_DT\n";
constexpr char kInpatient[] =
    "DML_IND|BENE_ID|CLM_ID|NCH_CLM_TYPE_CD|CLM_FROM_DT|CLM_THRU_DT|PRVDR_NUM|CLM_TOT_CHRG_AMT|"
    "FI_DOC_CLM_CNTL_NUM|ICD_DGNS_CD1|ICD_DGNS_VRSN_CD1|ICD_DGNS_CD2|ICD_DGNS_VRSN_CD2|"
    "ICD_PRCDR_CD1|ICD_PRCDR_VRSN_CD1|PRCDR_DT1|REV_CNTR_DT|HCPCS_CD\n"
    "INSERT|-1|-10|60|19-Mar-2017|20-Mar-2017|220135|33248.67|-42|C188|0|25000|9|0DTJ4ZZ|0|"
    "20-Mar-2017|19-Mar-2017|99221\n"
    "INSERT|-1|-10|60|19-Mar-2017|20-Mar-2017|220135|33248.67|-42|C188|0|25000|9|0DTJ4ZZ|0|"
    "20-Mar-2017||G0463\n"
    "INSERT|-1|-11|60|19-Mar-2017|19-Xyz-2017||||C188|0||||||||\n";

TEST(RifSourceTest, ClaimsLinesGiveAVisitWithItsDiagnosesAcrossAndEveryLinesCode) {
  SourceFolder folder;
  folder.Write("inpatient.csv", kInpatient);
  const auto read = ReadFolder(folder);
  ASSERT_TRUE(read->status.ok()) << read->status;
  const auto visits = read->Table(ClinicalTable::kVisits);
  ASSERT_EQ(visits.size(), 1u);
  EXPECT_EQ(visits[0].person, "-1");
  EXPECT_EQ(visits[0].setting, "inpatient");
  EXPECT_EQ(visits[0].control_number, "-42");
  EXPECT_EQ(visits[0].start, absl::CivilDay(2017, 3, 19));
  EXPECT_EQ(visits[0].end, absl::CivilDay(2017, 3, 20));
  EXPECT_EQ(visits[0].amount, "33248.67");
  const auto diagnoses = read->Table(ClinicalTable::kDiagnoses);
  ASSERT_EQ(diagnoses.size(), 2u);
  EXPECT_EQ(diagnoses[0].code_system, "ICD-10-CM");
  EXPECT_EQ(diagnoses[1].code_system, "ICD-9-CM");
  EXPECT_EQ(diagnoses[1].seq, 2u);
  const auto procedures = read->Table(ClinicalTable::kProcedures);
  ASSERT_EQ(procedures.size(), 3u);
  EXPECT_EQ(procedures[0].code_system, "ICD-10-PCS");
  EXPECT_EQ(procedures[0].start, absl::CivilDay(2017, 3, 20));
  EXPECT_EQ(procedures[1].code_system, "CPT");
  EXPECT_EQ(procedures[2].code_system, "HCPCS");
  EXPECT_EQ(procedures[2].start, absl::CivilDay(2017, 3, 19));
  EXPECT_THAT(read->Reasons(), ElementsAre(Pair("inpatient.csv:CLM_THRU_DT:not-a-date", 1)));
}

TEST(RifSourceTest, ABeneficiaryIsThatOfTheLatestYear) {
  SourceFolder folder;
  folder.Write("beneficiary_2011.csv",
               std::string(kBeneficiaryHeader) + "INSERT|-1|22|01730|17-Jan-1942|2|\n");
  folder.Write("beneficiary_2012.csv",
               std::string(kBeneficiaryHeader) + "UPDATE|-1|22|01731|17-Jan-1942|2|03-Feb-2012\n");
  folder.Write("beneficiary_history.csv",
               "DML_IND|BENE_ID|BENE_ZIP_CD|BENE_BIRTH_DT\nINSERT|-1|01799|17-Jan-1942\n");
  const auto read = ReadFolder(folder);
  ASSERT_TRUE(read->status.ok()) << read->status;
  ASSERT_EQ(read->rows.size(), 1u);
  EXPECT_EQ(read->rows[0].zip, "01731");
  EXPECT_EQ(read->rows[0].sex, "F");
  EXPECT_EQ(read->rows[0].death, absl::CivilDay(2012, 2, 3));
  EXPECT_THAT(read->Reasons(), IsEmpty());
}

TEST(RifSourceTest, APrescriptionIsAVisitOfAPharmacyWithADrug) {
  SourceFolder folder;
  folder.Write("pde.csv",
               "DML_IND|PDE_ID|BENE_ID|SRVC_DT|SRVC_PRVDR_ID|PROD_SRVC_ID|TOT_RX_CST_AMT\n"
               "INSERT|-5|-1|01-Mar-2015|PCP1|50090443201|35.74\n");
  const auto read = ReadFolder(folder);
  ASSERT_TRUE(read->status.ok()) << read->status;
  EXPECT_EQ(read->Table(ClinicalTable::kVisits)[0].setting, "pharmacy");
  const auto drugs = read->Table(ClinicalTable::kDrugs);
  ASSERT_EQ(drugs.size(), 1u);
  EXPECT_EQ(drugs[0].code_system, "NDC");
  EXPECT_EQ(drugs[0].amount, "35.74");
  EXPECT_EQ(drugs[0].start, absl::CivilDay(2015, 3, 1));
}

}  // namespace
}  // namespace blindlink::agent
