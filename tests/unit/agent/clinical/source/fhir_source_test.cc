#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/agent/clinical/source/read_source.h"

namespace blindlink::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kPatient[] =
    R"({"resourceType":"Patient","id":"p1","identifier":[{"system":"http://hl7.org/fhir/sid/us-ssn","value":"S"},)"
    R"({"system":"http://h.example/mrn","value":"P1"}],"gender":"female","birthDate":"1950-02",)"
    R"("deceasedDateTime":"2021-05-06T01:00:00+09:00","address":[{"state":"MA","postalCode":"02139"}],)"
    R"("extension":[{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":)"
    R"([{"url":"text","valueString":"White"}]}]})"
    "\n";
constexpr char kEncounters[] =
    R"({"resourceType":"Encounter","id":"V1","status":"finished","class":{"code":"IMP"},"subject":{"reference":)"
    R"("https://h.example/fhir/Patient/p1"},"period":{"start":"2020-01-02T23:30:00-05:00","end":"2020-01-05"}})"
    "\n"
    R"({"resourceType":"Encounter","id":"V2","class":[{"coding":[{"code":"AMB"}]}],"subject":{"reference":)"
    R"("urn:uuid:p1"},"period":{"start":"2020-03-04"}})"
    "\n";
constexpr char kClaims[] =
    R"({"resourceType":"Claim","id":"c0","type":{"coding":[{"code":"pharmacy"}]},"total":{"value":1},)"
    R"("item":[{"encounter":[{"reference":"Encounter/V1"}]}]})"
    "\n"
    R"({"resourceType":"Claim","id":"c1","identifier":[{"value":"C77"}],"provider":{"display":"H1"},)"
    R"("insurance":[{"coverage":{"display":"I1"}}],"total":{"value":100.5},)"
    R"("diagnosis":[{"sequence":2,"diagnosisReference":{"reference":"Condition/d1"}},)"
    R"({"sequence":1,"diagnosisReference":{"reference":"Condition/d2"}}],)"
    R"("item":[{"encounter":[{"reference":"Encounter/V1"}]}]})"
    "\n"
    R"({"resourceType":"Claim","id":"c2","type":{"coding":[{"code":"pharmacy"}]},"patient":{"reference":)"
    R"("Patient/p1"},"billablePeriod":{"start":"2020-05-06"},"total":{"value":7}})"
    "\n";
constexpr char kConditions[] =
    R"({"resourceType":"Condition","id":"d1","code":{"coding":[{"system":"http://snomed.info/sct","code":"1"},)"
    R"({"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"E11.9"}],"text":" Diabetes "},)"
    R"("subject":{"reference":"Patient/p1"},"encounter":{"reference":"Encounter/V1"},"recordedDate":"2020-01-03"})"
    "\n"
    R"({"resourceType":"Condition","id":"d2","code":{"coding":[{"display":"gout"}]},"verificationStatus":)"
    R"({"coding":[{"code":"provisional"}]},"encounter":{"reference":"Encounter/V1"}})"
    "\n"
    R"({"resourceType":"Condition","id":"d3","code":{"text":"wrong"},"verificationStatus":)"
    R"({"coding":[{"code":"entered-in-error"}]},"encounter":{"reference":"Encounter/V1"}})"
    "\n"
    R"({"resourceType":"Condition","id":"d4","code":{"text":"x"},"encounter":{"reference":"Encounter/V9"}})"
    "\n"
    R"({"resourceType":"Condition","id":"d5","code":{"text":"x"},"encounter":{"reference":"Encounter/V1"},)"
    R"("onsetDateTime":"2019"})"
    "\n"
    R"({"resourceType":"Condition","id":"d6","code":{"text":"a\u0000b"},"encounter":{"reference":"Encounter/V1"}})"
    "\n{broken\n[1]\n"
    R"({"resourceType":"Patient","id":"p9"})"
    "\n";

class FhirSourceTest : public ::testing::Test {
 protected:
  FhirSourceTest() {
    folder_.Write("Patient.ndjson", kPatient);
    folder_.Write("Encounter.ndjson", kEncounters);
  }
  SourceFolder folder_;
};

TEST_F(FhirSourceTest, APatientIsThePersonOfTheSitesNumber) {
  const auto read = ReadFolder(folder_);
  ASSERT_TRUE(read->status.ok()) << read->status;
  const auto persons = read->Table(ClinicalTable::kPersons);
  ASSERT_EQ(persons.size(), 1u);
  EXPECT_EQ(persons[0].person, "P1");
  EXPECT_EQ(persons[0].sex, "F");
  EXPECT_EQ(persons[0].birth_year, 1950);
  EXPECT_FALSE(persons[0].birth.has_value());
  EXPECT_EQ(persons[0].death, absl::CivilDay(2021, 5, 6));
  EXPECT_THAT(persons[0].further, ElementsAre(Pair("race", "White"), Pair("state", "MA")));
}

TEST_F(FhirSourceTest, AnotherIdentifierCanBeStated) {
  const auto read = ReadSource(
      {.inputs = {folder_.path()}, .columns = "persons.person=http://hl7.org/fhir/sid/us-ssn"});
  EXPECT_EQ(read->Table(ClinicalTable::kPersons)[0].person, "S");
}

TEST_F(FhirSourceTest, AnEncounterIsAVisitOnTheDaysAsWritten) {
  const auto read = ReadFolder(folder_);
  const auto visits = read->Table(ClinicalTable::kVisits);
  ASSERT_EQ(visits.size(), 2u);
  EXPECT_EQ(visits[0].visit, "V1");
  EXPECT_EQ(visits[0].person, "P1");
  EXPECT_EQ(visits[0].setting, "inpatient");
  EXPECT_EQ(visits[0].start, absl::CivilDay(2020, 1, 2));
  EXPECT_EQ(visits[0].end, absl::CivilDay(2020, 1, 5));
  EXPECT_EQ(visits[1].setting, "outpatient");
  EXPECT_EQ(visits[1].person, "P1");
}

TEST_F(FhirSourceTest, AClaimCompletesItsEncounterAndOneWithoutIsAVisit) {
  folder_.Write("Claim.ndjson", kClaims);
  const auto read = ReadFolder(folder_);
  ASSERT_TRUE(read->status.ok()) << read->status;
  EXPECT_THAT(read->Reasons(), IsEmpty());
  const auto visits = read->Table(ClinicalTable::kVisits);
  ASSERT_EQ(visits.size(), 3u);
  EXPECT_EQ(visits[0].visit, "c2");
  EXPECT_EQ(visits[0].setting, "pharmacy");
  EXPECT_EQ(visits[0].amount, "7.00");
  EXPECT_EQ(visits[1].control_number, "C77");
  EXPECT_EQ(visits[1].provider, "H1");
  EXPECT_EQ(visits[1].payer, "I1");
  EXPECT_EQ(visits[1].amount, "100.50");
}

TEST_F(FhirSourceTest, ConditionsAreDiagnosesAndBadOnesAreRejected) {
  folder_.Write("Claim.ndjson", kClaims);
  folder_.Write("Condition.ndjson", kConditions);
  const auto read = ReadFolder(folder_);
  ASSERT_TRUE(read->status.ok()) << read->status;
  const auto diagnoses = read->Table(ClinicalTable::kDiagnoses);
  ASSERT_EQ(diagnoses.size(), 2u);
  EXPECT_EQ(diagnoses[0].code, "E11.9");
  EXPECT_EQ(diagnoses[0].code_system, "ICD-10-CM");
  EXPECT_EQ(diagnoses[0].name, "Diabetes");
  EXPECT_EQ(diagnoses[0].seq, 2u);
  EXPECT_EQ(diagnoses[0].start, absl::CivilDay(2020, 1, 3));
  EXPECT_EQ(diagnoses[1].name, "gout");
  EXPECT_EQ(diagnoses[1].seq, 1u);
  EXPECT_EQ(diagnoses[1].certainty, "suspected");
  EXPECT_EQ(diagnoses[1].start, absl::CivilDay(2020, 1, 2));
  EXPECT_THAT(read->Reasons(),
              UnorderedElementsAre(Pair("Condition.ndjson:verificationStatus:refuted", 1),
                                   Pair("Condition.ndjson:encounter:unknown-visit", 1),
                                   Pair("Condition.ndjson:onsetDateTime:incomplete-date", 1),
                                   Pair("Condition.ndjson::nul-byte", 1),
                                   Pair("Condition.ndjson::malformed-json", 1),
                                   Pair("Condition.ndjson::not-an-object", 1),
                                   Pair("Condition.ndjson:resourceType:another-resource", 1)));
}

TEST_F(FhirSourceTest, DrugsAndProceduresAndCoverageAreRead) {
  folder_.Write(
      "MedicationRequest.ndjson",
      R"({"resourceType":"MedicationRequest","medicationCodeableConcept":{"coding":[{"system":)"
      R"("http://www.nlm.nih.gov/research/umls/rxnorm","code":"997488","display":"pill"}]},)"
      R"("subject":{"reference":"Patient/p1"},"authoredOn":"2020-01-02T10:00:00Z"})"
      "\n");
  folder_.Write(
      "Procedure.ndjson",
      R"({"resourceType":"Procedure","code":{"coding":[{"system":"http://www.ama-assn.org/go/cpt",)"
      R"("code":"99221"}]},"encounter":{"reference":"Encounter/V1"},"performedPeriod":)"
      R"({"start":"2020-01-04T01:00:00Z"}})"
      "\n");
  folder_.Write(
      "Coverage.ndjson",
      R"({"resourceType":"Coverage","beneficiary":{"reference":"Patient/p1"},"payor":[{"display":"I1"}],)"
      R"("period":{"start":"2019-01-01","end":"2020-12-31"}})"
      "\n");
  folder_.Write("Observation.ndjson", "{\"resourceType\":\"Observation\"}\n");
  const auto read = ReadFolder(folder_);
  ASSERT_TRUE(read->status.ok()) << read->status;
  EXPECT_THAT(read->Reasons(), IsEmpty());
  const auto drugs = read->Table(ClinicalTable::kDrugs);
  ASSERT_EQ(drugs.size(), 1u);
  EXPECT_EQ(drugs[0].name, "pill");
  EXPECT_EQ(drugs[0].visit, "");
  EXPECT_EQ(read->Table(ClinicalTable::kProcedures)[0].start, absl::CivilDay(2020, 1, 4));
  EXPECT_EQ(read->Table(ClinicalTable::kEnrolment)[0].payer, "I1");
  EXPECT_THAT(read->understood,
              HasSubstr("Observation.ndjson: FHIR R4 another resource, not read"));
}

TEST_F(FhirSourceTest, AReferenceOrAPersonIsNeverThePayer) {
  folder_.Write(
      "Claim.ndjson",
      R"({"resourceType":"Claim","id":"c1","insurance":[{"coverage":{"reference":"Coverage/MEMBER-998877"}}],)"
      R"("insurer":{"reference":"Organization/o7"},"item":[{"encounter":[{"reference":"Encounter/V1"}]}]})"
      "\n"
      R"({"resourceType":"Claim","id":"c2","insurance":[{"coverage":{"reference":"Coverage/M1","display":)"
      R"("Coverage/M1"}}],"insurer":{"display":"I2"},"item":[{"encounter":[{"reference":"Encounter/V2"}]}]})"
      "\n");
  constexpr absl::string_view kPayors[] = {R"({"reference":"Patient/MRN12345"})",
                                           R"({"reference":"Patient/p1","display":"Ada Smith"})",
                                           R"({"reference":"urn:uuid:p1","display":"Ada Smith"})",
                                           R"({"type":"RelatedPerson","display":"Bob Smith"})",
                                           R"({"reference":"Organization/o1","display":"I1"})"};
  std::string coverage;
  for (const absl::string_view payor : kPayors) {
    absl::StrAppend(&coverage,
                    R"({"resourceType":"Coverage","beneficiary":{"reference":"Patient/p1"},)",
                    R"("period":{"start":"2019-01-01"},"payor":[)", payor, "]}\n");
  }
  folder_.Write("Coverage.ndjson", coverage);
  const auto read = ReadFolder(folder_);
  std::vector<std::string> payers;
  for (const ClinicalRow& row : read->rows) {
    if (row.table != ClinicalTable::kPersons) payers.push_back(row.payer);
  }
  EXPECT_THAT(payers, ElementsAre("", "I2", "", "", "", "", "I1"));
  EXPECT_THAT(read->Reasons(), IsEmpty());
}

TEST_F(FhirSourceTest, AClaimOfNoEncounterAndASecondOneAreCounted) {
  const auto claim = [](absl::string_view encounter, absl::string_view amount) {
    return absl::StrCat(R"({"resourceType":"Claim","total":{"value":)", amount,
                        R"(},"item":[{"encounter":[{"reference":"Encounter/)", encounter,
                        "\"}]}]}\n");
  };
  folder_.Write("Claim.ndjson", claim("V1", "5") + claim("V9", "6") + claim("V1", "7"));
  const auto read = ReadFolder(folder_);
  EXPECT_EQ(read->Table(ClinicalTable::kVisits)[0].amount, "5.00");
  EXPECT_THAT(read->Reasons(),
              UnorderedElementsAre(Pair("Claim.ndjson:encounter:unknown-visit", 1),
                                   Pair("Claim.ndjson:encounter:second-claim", 1)));
  EXPECT_EQ(read->rejects.rejected_rows(), 2u);
}

TEST_F(FhirSourceTest, WhatDidNotHappenIsRejectedWithAReason) {
  folder_.Write("Encounter.ndjson",
                std::string(kEncounters) +
                    R"({"resourceType":"Encounter","id":"V3","status":"planned"})"
                    "\n"
                    R"({"resourceType":"Encounter","id":"V4","status":"cancelled"})"
                    "\n");
  folder_.Write("MedicationRequest.ndjson",
                R"({"resourceType":"MedicationRequest","doNotPerform":true})"
                "\n"
                R"({"resourceType":"MedicationRequest","intent":"proposal"})"
                "\n"
                R"({"resourceType":"MedicationRequest","intent":"plan"})"
                "\n"
                R"({"resourceType":"MedicationRequest","status":"draft"})"
                "\n");
  folder_.Write("MedicationStatement.ndjson",
                R"({"resourceType":"MedicationStatement","status":"not-taken"})"
                "\n");
  folder_.Write("MedicationDispense.ndjson",
                R"({"resourceType":"MedicationDispense","status":"declined"})"
                "\n");
  folder_.Write("Claim.ndjson", R"({"resourceType":"Claim","use":"preauthorization"})"
                                "\n"
                                R"({"resourceType":"Claim","use":"predetermination"})"
                                "\n");
  const auto read = ReadFolder(folder_);
  EXPECT_THAT(read->Reasons(),
              UnorderedElementsAre(Pair("Encounter.ndjson:status:planned", 1),
                                   Pair("Encounter.ndjson:status:not-done", 1),
                                   Pair("MedicationRequest.ndjson:doNotPerform:not-done", 1),
                                   Pair("MedicationRequest.ndjson:intent:planned", 2),
                                   Pair("MedicationRequest.ndjson:status:planned", 1),
                                   Pair("MedicationStatement.ndjson:status:not-done", 1),
                                   Pair("MedicationDispense.ndjson:status:not-done", 1),
                                   Pair("Claim.ndjson:use:not-billed", 2)));
}

TEST_F(FhirSourceTest, AClassThatIsNotKnownIsNoSetting) {
  folder_.Write("Encounter.ndjson",
                R"({"resourceType":"Encounter","id":"V1","class":{"code":"Ward 7 Dr Smith"},)"
                R"("subject":{"reference":"Patient/p1"},"period":{"start":"2020-03-04"}})"
                "\n");
  const auto read = ReadFolder(folder_);
  EXPECT_EQ(read->Table(ClinicalTable::kVisits)[0].setting, "");
  EXPECT_THAT(read->Reasons(), ElementsAre(Pair("Encounter.ndjson:class:unknown-setting", 1)));
}

}  // namespace
}  // namespace blindlink::agent
