#include "agent/clinical/source/clinical_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/clinical/source/read_source.h"

namespace blindlink::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

void WriteClaims(SourceFolder* folder) {
  folder->Write("persons.csv",
                "local_id,first,sex,birth_date,zip,death_date,race\n"
                "P1,Ada,F,1950-02-01,02139,2021-05-06,white\n"
                "P2,Bob,,1990,,,\n");
  folder->Write("claims.csv",
                "claim_id,local_id,control_number,setting,start,end,provider,payer,total_charge\n"
                "V1,P1,C77,inpatient,2020-01-02,2020-01-05,H1,I1,100.5\n"
                "V2,P2,,Outpatient,2020-03-04,2020-03-04,H2,I2,\n");
  folder->Write("diagnoses.csv",
                "claim_id,seq,name,code,code_system\n"
                "V1,1,  Diabetes ,E11.9,ICD-10-CM\nV1,2,\"gout, acute\",,\nV2,1,,250.00,icd9cm\n");
  folder->Write("procedures.csv",
                "claim_id,seq,date,code,code_system,text\nV1,1,2020-01-03,G8892,HCPCS,dialysis\n");
  folder->Write("drugs.csv", "claim_id,date,rxnorm,text,cost\nV1,2020-01-02,106892,insulin,9\n");
}

void CheckClaims(const SourceRead& read) {
  ASSERT_TRUE(read.status.ok()) << read.status;
  const auto persons = read.Table(ClinicalTable::kPersons);
  ASSERT_EQ(persons.size(), 2u);
  EXPECT_EQ(persons[0].person, "P1");
  EXPECT_EQ(persons[0].sex, "F");
  EXPECT_EQ(persons[0].zip, "02139");
  EXPECT_EQ(persons[0].birth, absl::CivilDay(1950, 2, 1));
  EXPECT_EQ(persons[0].death, absl::CivilDay(2021, 5, 6));
  EXPECT_THAT(persons[0].further, ElementsAre(Pair("race", "white")));
  const auto visits = read.Table(ClinicalTable::kVisits);
  ASSERT_EQ(visits.size(), 2u);
  EXPECT_EQ(visits[0].visit, "V1");
  EXPECT_EQ(visits[0].setting, "inpatient");
  EXPECT_EQ(visits[0].start, absl::CivilDay(2020, 1, 2));
  EXPECT_EQ(visits[0].end, absl::CivilDay(2020, 1, 5));
  EXPECT_EQ(visits[1].setting, "outpatient");
  const auto diagnoses = read.Table(ClinicalTable::kDiagnoses);
  ASSERT_EQ(diagnoses.size(), 3u);
  EXPECT_EQ(diagnoses[0].name, "Diabetes");
  EXPECT_EQ(diagnoses[0].code, "E11.9");
  EXPECT_EQ(diagnoses[0].code_system, "ICD-10-CM");
  EXPECT_EQ(diagnoses[0].start, absl::CivilDay(2020, 1, 2));
  EXPECT_EQ(diagnoses[1].name, "gout, acute");
  EXPECT_EQ(diagnoses[1].seq, 2u);
  EXPECT_EQ(diagnoses[2].person, "P2");
  EXPECT_EQ(diagnoses[2].code_system, "ICD-9-CM");
  const auto procedures = read.Table(ClinicalTable::kProcedures);
  ASSERT_EQ(procedures.size(), 1u);
  EXPECT_EQ(procedures[0].start, absl::CivilDay(2020, 1, 3));
  EXPECT_EQ(procedures[0].code_system, "HCPCS");
}

TEST(ClinicalSourceTest, ASitesOwnTablesAreRead) {
  SourceFolder folder;
  WriteClaims(&folder);
  const auto read = ReadFolder(folder);
  CheckClaims(*read);
  EXPECT_THAT(read->Reasons(), IsEmpty());
  const auto visits = read->Table(ClinicalTable::kVisits);
  EXPECT_EQ(visits[0].control_number, "C77");
  EXPECT_EQ(visits[0].provider, "H1");
  EXPECT_EQ(visits[0].payer, "I1");
  EXPECT_EQ(visits[0].amount, "100.50");
  EXPECT_EQ(read->Table(ClinicalTable::kPersons)[1].birth_year, 1990);
  const auto drugs = read->Table(ClinicalTable::kDrugs);
  ASSERT_EQ(drugs.size(), 1u);
  EXPECT_EQ(drugs[0].code_system, "RxNorm");
  EXPECT_EQ(drugs[0].amount, "9.00");
  EXPECT_EQ(drugs[0].seq, 1u);
}

TEST(ClinicalSourceTest, PcornetTablesGiveTheSameRows) {
  SourceFolder folder;
  folder.Write("DEMOGRAPHIC.csv",
               "PATID,BIRTH_DATE,SEX,HISPANIC,RACE,RAW_RACE\nP1,1950-02-01,F,N,05,white\n"
               "P2,1990-01-01,NI,N,,\n");
  folder.Write("DEATH.csv", "PATID,DEATH_DATE\nP1,2021-05-06\n");
  folder.Write("PRIVATE_ADDRESS_HISTORY.csv",
               "ADDRESSID,PATID,ADDRESS_PREFERRED,ADDRESS_ZIP5,ADDRESS_PERIOD_START\n"
               "A0,P1,Y,02138,2001-01-01\nA1,P1,Y,02139,2010-01-01\nA2,P1,N,99999,2015-01-01\n");
  folder.Write("ENCOUNTER.csv",
               "ENCOUNTERID,PATID,ADMIT_DATE,DISCHARGE_DATE,PROVIDERID,ENC_TYPE,RAW_ENC_TYPE\n"
               "V1,P1,2020-01-02,2020-01-05,H1,IP,inpatient\nV2,P2,2020-03-04,,H2,AV,x\n");
  folder.Write("DIAGNOSIS.csv",
               "PATID,ENCOUNTERID,DX,DX_TYPE,DX_DATE,RAW_DX,RAW_DX_TYPE\n"
               "P1,V1,E11.9,10,2020-01-02,  Diabetes ,\nP1,V1,,NI,,\"gout, acute\",\n"
               "P2,V2,250.00,09,2020-03-04,,\n");
  folder.Write("PROCEDURES.csv",
               "PATID,ENCOUNTERID,PX_DATE,PX,PX_TYPE,RAW_PX_NAME\n"
               "P1,V1,2020-01-03,G8892,CH,dialysis\n");
  folder.Write("VITAL.csv", "VITALID,PATID,HT\n1,P1,60\n");
  const auto read = ReadFolder(folder);
  const auto persons = read->Table(ClinicalTable::kPersons);
  ASSERT_EQ(persons.size(), 2u);
  EXPECT_THAT(persons[0].further, ElementsAre(Pair("race", "white"), Pair("ethnicity", "N")));
  ASSERT_TRUE(read->status.ok()) << read->status;
  for (ClinicalRow& row : read->rows) {
    if (row.table == ClinicalTable::kPersons && !row.further.empty()) row.further.pop_back();
  }
  CheckClaims(*read);
  EXPECT_EQ(read->Table(ClinicalTable::kVisits)[1].end, absl::CivilDay(2020, 3, 4));
  EXPECT_THAT(read->understood, HasSubstr("VITAL.csv: PCORnet CDM another table, not read"));
  EXPECT_THAT(read->Reasons(), IsEmpty());
}

void WriteOmop(SourceFolder* folder, const std::string& visit_words_1) {
  folder->Write("person.csv",
                "person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,"
                "location_id,person_source_value,gender_source_value,race_source_value\n"
                "7,8532,1950,2,1,1,P1,F,white\n8,0,1990,,,,P2,,\n");
  folder->Write("location.csv", "location_id,state,zip\n1,,02139\n");
  folder->Write("death.csv", "person_id,death_date,death_type_concept_id\n7,2021-05-06,0\n");
  folder->Write("visit_occurrence.csv",
                "visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,"
                "visit_source_value\n31,7,9201,2020-01-02,2020-01-05," +
                    visit_words_1 + "\n32,8,9202,2020-03-04,2020-03-04,V2\n");
  folder->Write("condition_occurrence.csv",
                "condition_occurrence_id,person_id,condition_start_date,visit_occurrence_id,"
                "condition_source_value\n1,7,2020-01-02,31,E11.9|  Diabetes \n"
                "2,7,2020-01-02,31,\"gout, acute\"\n3,8,2020-03-04,32,250.00\n");
  folder->Write("procedure_occurrence.csv",
                "procedure_occurrence_id,person_id,procedure_date,visit_occurrence_id,"
                "procedure_source_value\n1,7,2020-01-03,31,G8892\n");
  folder->Write("CONDITION_ERA.csv", "condition_era_id,person_id\n1,7\n");
}

TEST(ClinicalSourceTest, OmopTablesGiveTheSameRowsUnderTheSitesOwnIds) {
  SourceFolder folder;
  WriteOmop(&folder, "V1");
  const auto read = ReadFolder(folder);
  CheckClaims(*read);
  EXPECT_THAT(read->Reasons(), IsEmpty());
}

TEST(ClinicalSourceTest, OmopVisitsAreNumberedIfTheirSourceValueIsAKindOfVisit) {
  SourceFolder folder;
  WriteOmop(&folder, "V2");  // two visits of one source value
  const auto read = ReadFolder(folder);
  ASSERT_TRUE(read->status.ok()) << read->status;
  EXPECT_EQ(read->Table(ClinicalTable::kVisits)[0].visit, "31");
  EXPECT_EQ(read->Table(ClinicalTable::kDiagnoses)[2].visit, "32");
  EXPECT_THAT(read->Reasons(), IsEmpty());
}

TEST(ClinicalSourceTest, SyntheaTablesAreReadAndItsOthersLeftAlone) {
  SourceFolder folder;
  folder.Write("patients.csv",
               "Id,BIRTHDATE,DEATHDATE,PASSPORT,RACE,GENDER,ZIP\n"
               "p,1950-02-01,,X1,white,F,02139\n");
  folder.Write("encounters.csv",
               "Id,START,STOP,PATIENT,PROVIDER,PAYER,ENCOUNTERCLASS,TOTAL_CLAIM_COST\n"
               "e,2020-01-02T15:14:25Z,2020-01-02T15:29:25Z,p,d,i,wellness,85.55\n");
  folder.Write("conditions.csv",
               "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION\n2020-01-02,,p,e,233678006,asthma\n");
  folder.Write("medications.csv",
               "START,STOP,PATIENT,PAYER,ENCOUNTER,CODE,DESCRIPTION,BASE_COST,DISPENSES,TOTALCOST\n"
               "2020-01-02T15:20:25Z,,p,i,e,997488,pill,1,2,3.5\n");
  folder.Write("procedures.csv",
               "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,BASE_COST\n"
               "2020-01-02T15:20:25Z,,p,e,430193006,review,1\n");
  folder.Write("claims.csv", "Id,PATIENTID,APPOINTMENTID,SERVICEDATE\nc,p,e,2020-01-02\n");
  folder.Write("careplans.csv",
               "Id,START,PATIENT,ENCOUNTER,CODE,REASONCODE\n1,2020-01-02,p,e,1,2\n");
  const auto read = ReadFolder(folder);
  ASSERT_TRUE(read->status.ok()) << read->status;
  EXPECT_THAT(read->Reasons(), IsEmpty());
  EXPECT_EQ(read->rows.size(), 5u);
  EXPECT_EQ(read->Table(ClinicalTable::kVisits)[0].setting, "outpatient");
  EXPECT_EQ(read->Table(ClinicalTable::kDiagnoses)[0].code_system, "SNOMED CT");
  EXPECT_EQ(read->Table(ClinicalTable::kDrugs)[0].code_system, "RxNorm");
}

TEST(ClinicalSourceTest, BadRowsAreRejectedByFileRowColumnAndReasonAndTheRestGoesOn) {
  SourceFolder folder;
  WriteClaims(&folder);
  folder.Write("claims.csv",
               "claim_id,local_id,start,end,total_charge\n"
               "V1,P1,2020-01-02,2020-01-05,free\n"
               "V2,P1,2020-02-30,,\n"
               "V3,P1,2020-03-04,2020-03-01,\n"
               "V4,,2020-03-04,,\n"
               "V5,P9,2020-03-04,,\n"
               "V1,P1,2020-03-04,,\n"
               "V6,P1\n"
               "V7,P1,2020-03-04,,\n");
  folder.Write("diagnoses.csv", "claim_id,seq,name\nV1,1,gout\nV2,1,gout\n,1,gout\nV7,x,gout\n");
  const auto read = ReadFolder(folder);
  ASSERT_TRUE(read->status.ok()) << read->status;
  EXPECT_THAT(read->Reasons(), UnorderedElementsAre(Pair("claims.csv:total_charge:not-a-number", 1),
                                                    Pair("claims.csv:start:impossible-date", 1),
                                                    Pair("claims.csv:end:end-before-start", 1),
                                                    Pair("claims.csv:local_id:no-person-id", 1),
                                                    Pair("claims.csv:local_id:unknown-person", 1),
                                                    Pair("claims.csv:claim_id:duplicate-visit", 1),
                                                    Pair("claims.csv::column-count", 1),
                                                    Pair("diagnoses.csv:claim_id:unknown-visit", 1),
                                                    Pair("diagnoses.csv:claim_id:no-visit-id", 1),
                                                    Pair("diagnoses.csv:seq:not-a-number", 1)));
  EXPECT_EQ(read->Table(ClinicalTable::kVisits).size(), 2u);
  EXPECT_EQ(read->Table(ClinicalTable::kDiagnoses).size(), 2u);
  EXPECT_EQ(read->rejects.rejected_rows(), 8u);
}

TEST(ClinicalSourceTest, ADiseaseThatAColumnDeniesIsRejectedAndWordsNotKnownAreCounted) {
  SourceFolder folder;
  folder.Write("claims.csv", "claim_id,local_id,start\nV1,P1,2020-01-02\n");
  folder.Write("diagnoses.csv",
               "claim_id,name,certainty\nV1,gout,ruled out\nV1,lupus,suspected\n"
               "V1,asthma,perchance\nV1,anaemia,\n");
  const auto read = ReadFolder(folder);
  const auto diagnoses = read->Table(ClinicalTable::kDiagnoses);
  ASSERT_EQ(diagnoses.size(), 3u);
  EXPECT_EQ(diagnoses[0].name, "lupus");
  EXPECT_EQ(diagnoses[0].certainty, "suspected");
  EXPECT_EQ(diagnoses[1].name, "asthma");
  EXPECT_EQ(diagnoses[1].certainty, "");
  EXPECT_THAT(read->Reasons(),
              UnorderedElementsAre(Pair("diagnoses.csv:certainty:refuted", 1),
                                   Pair("diagnoses.csv:certainty:unknown-certainty", 1)));
  EXPECT_EQ(read->rejects.rejected_rows(), 1u);
}

TEST(ClinicalSourceTest, SettingsNotKnownAndDeathsBeforeBirthAreLeftEmptyAndCounted) {
  SourceFolder folder;
  folder.Write("persons.csv", "local_id,birth_date,death_date\nP1,1950-02-01,1949-02-01\n");
  folder.Write("claims.csv", "claim_id,local_id,setting,start\nV1,P1,Ward 7 Dr Smith,2020-01-02\n");
  const auto read = ReadFolder(folder);
  EXPECT_THAT(read->Reasons(),
              UnorderedElementsAre(Pair("persons.csv:death_date:death-before-birth", 1),
                                   Pair("claims.csv:setting:unknown-setting", 1)));
  EXPECT_EQ(read->rejects.rejected_rows(), 0u);
  ASSERT_EQ(read->rows.size(), 2u);
  EXPECT_FALSE(read->rows[0].death.has_value());
  EXPECT_EQ(read->rows[1].setting, "");
}

TEST(ClinicalSourceTest, ALinkInACircleIsListedAndTheRestIsRead) {
  SourceFolder folder;
  WriteClaims(&folder);
  std::filesystem::create_symlink("a.csv", folder.path("a.csv"));
  std::filesystem::create_symlink("absent.csv", folder.path("b.csv"));
  const auto read = ReadFolder(folder);
  CheckClaims(*read);
  EXPECT_THAT(read->understood, HasSubstr("a.csv: not recognized, not read"));
  EXPECT_THAT(read->understood, HasSubstr("b.csv: not recognized, not read"));
}

TEST(ClinicalSourceTest, SexBirthDeathAndZipNeverPassUnderTheNamesOfFurtherColumns) {
  SourceFolder folder;
  folder.Write("persons.csv", "local_id,Zip3,birth_year,sex,education\nP1,021,1950,F,college\n");
  const auto read = ReadSource(
      {.inputs = {folder.path()},
       .person_columns = {"sex", "zip", "zip3", "birth_year", "birth_date", "death", "education"}});
  ASSERT_EQ(read->rows.size(), 1u);
  EXPECT_THAT(read->rows[0].further, ElementsAre(Pair("education", "college")));
  EXPECT_EQ(read->rows[0].zip, "021");
  EXPECT_EQ(read->rows[0].sex, "F");
  EXPECT_EQ(read->rows[0].birth_year, 1950);
}

TEST(ClinicalSourceTest, RowsThatAreNotTextAreRejected) {
  SourceFolder folder;
  folder.Write("claims.csv",
               "claim_id,local_id,start,note\nV1,P1,2020-01-02,gr\xc3\xbcn\n"
               "V2,P1,2020-01-02,\xff\xfe\x81\n");
  const auto read = ReadFolder(folder);
  EXPECT_THAT(read->Reasons(), ElementsAre(Pair("claims.csv::not-utf8", 1)));
  EXPECT_EQ(read->rows.size(), 1u);
}

TEST(ClinicalSourceTest, TheRejectLogIsPrivateAndHasNoValues) {
  SourceFolder folder;
  folder.Write("claims.csv", "claim_id,local_id,start\nV1,P1,2020-99-02\nV2,P2,2020-01-02\n");
  SourceFolder out;
  const auto rejects = ClinicalRejects::Create(out.path("rejects.csv"));
  ASSERT_TRUE(rejects.ok());
  const auto source = ClinicalSource::Open({.inputs = {folder.path()}});
  ASSERT_TRUE(source.ok());
  ASSERT_TRUE(
      (*source)->ReadAll(**rejects, [](const ClinicalRow&) { return absl::OkStatus(); }).ok());
  ASSERT_TRUE((*rejects)->Finish().ok());
  EXPECT_EQ(*ReadFile(out.path("rejects.csv")),
            "file,row,column,reason\nclaims.csv,1,start,impossible-date\n");
  EXPECT_EQ(std::filesystem::status(out.path("rejects.csv")).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(ClinicalSourceTest, ShapesMayBeMixedAndFilesThatAreNoTextAreLeftAlone) {
  SourceFolder folder;
  folder.Write("ENCOUNTER.csv",
               "ENCOUNTERID,PATID,ADMIT_DATE,DISCHARGE_DATE,ENC_TYPE\nV1,P1,2020-01-02,,AV\n");
  folder.Write("notes.xlsx", "PK\x03\x04 and so on");
  SourceFolder other;
  other.Write("rx2020.csv", "claim_id,date,ndc\nV1,2020-01-02,65862001090\n");
  const auto read = ReadSource({.inputs = {folder.path(), "drugs=" + other.path("rx2020.csv")}});
  ASSERT_TRUE(read->status.ok()) << read->status;
  const auto drugs = read->Table(ClinicalTable::kDrugs);
  ASSERT_EQ(drugs.size(), 1u);
  EXPECT_EQ(drugs[0].person, "P1");
  EXPECT_EQ(drugs[0].code_system, "NDC");
  EXPECT_THAT(read->understood, HasSubstr("notes.xlsx: not recognized, not read"));
}

TEST(ClinicalSourceTest, CodesSideBySideInAVisitsColumnsAreRead) {
  SourceFolder folder;
  folder.Write("claims.csv",
               "DESYNPUF_ID,CLM_ID,CLM_FROM_DT,CLM_THRU_DT,ICD9_DGNS_CD_1,ICD9_DGNS_CD_2,"
               "ICD9_DGNS_CD_3,HCPCS_CD_1\n"
               "P1,V1,20090102,20090103,25000,,V103,99221\n");
  const auto read = ReadFolder(folder);
  ASSERT_TRUE(read->status.ok()) << read->status;
  const auto diagnoses = read->Table(ClinicalTable::kDiagnoses);
  ASSERT_EQ(diagnoses.size(), 2u);
  EXPECT_EQ(diagnoses[1].code, "V103");
  EXPECT_EQ(diagnoses[1].code_system, "ICD-9-CM");
  EXPECT_EQ(diagnoses[1].seq, 2u);
  EXPECT_EQ(diagnoses[1].person, "P1");
  EXPECT_EQ(diagnoses[1].start, absl::CivilDay(2009, 1, 2));
  EXPECT_EQ(read->Table(ClinicalTable::kProcedures)[0].code_system, "CPT");
  EXPECT_THAT(read->understood, HasSubstr("diagnoses <- ICD9_DGNS_CD_3"));
}

TEST(ClinicalSourceTest, AFileAndItsColumnsCanBeStated) {
  SourceFolder folder;
  folder.Write("x1.txt", "Fall;Pat;Beginn\nV1;P1;02.01.2020\n");
  folder.Write("x2.txt", "Fall;Befund\nV1;Gicht\n");
  const auto read = ReadSource(
      {.inputs = {"visits=" + folder.path("x1.txt"), "diagnoses=" + folder.path("x2.txt")},
       .columns = "visits.visit=Fall,visits.person=Pat,visits.start=Beginn,diagnoses.visit=Fall,"
                  "diagnoses.name=Befund"});
  ASSERT_TRUE(read->status.ok()) << read->status;
  EXPECT_EQ(read->Table(ClinicalTable::kDiagnoses)[0].name, "Gicht");
  EXPECT_THAT(read->understood, HasSubstr("name <- Befund"));
}

TEST(ClinicalSourceTest, WhatIsNotUnderstoodIsSaidInWords) {
  SourceFolder folder;
  folder.Write("x1.txt", "Fall;Pat;Beginn\nV1;P1;02.01.2020\n");
  EXPECT_THAT(ReadFolder(folder)->status.message(), HasSubstr("no clinical data found"));
  EXPECT_THAT(ReadSource({.inputs = {folder.path("x1.txt")}})->status.message(),
              HasSubstr("not recognized"));
  EXPECT_THAT(ReadSource({.inputs = {"visits=" + folder.path("x1.txt")}})->status.message(),
              HasSubstr("has no column for: visit, person, start"));
  EXPECT_EQ(ReadSource({.inputs = {folder.path("absent.csv")}})->status.code(),
            absl::StatusCode::kNotFound);
}

TEST(ClinicalSourceTest, NothingUsableIsAnError) {
  SourceFolder folder;
  folder.Write("claims.csv", "claim_id,local_id,start\nV1,P1,soon\n");
  const auto read = ReadFolder(folder);
  EXPECT_EQ(read->status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(read->status.message(), Not(HasSubstr("soon")));
}

}  // namespace
}  // namespace blindlink::agent
