#include "agent/input/fhir_patients_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/unit/agent/read_rows.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

constexpr char kAnn[] =
    R"({"resourceType":"Patient","id":"p1","name":[{"use":"official","family":"Lee","given":["Ann","May"],"suffix":["Jr"]}],"gender":"female","birthDate":"1970-01-02"})";
constexpr char kTed[] =
    R"({"resourceType":"Patient","id":"p2","name":[{"family":"Roe","given":["Ted"]}]})";

// A Patient with these members.
std::string Patient(const std::string& members) {
  return absl::StrCat(R"({"resourceType":"Patient","id":"p",)", members, "}\n");
}

ShownRow Person(const std::string& members) {
  const RowsRead read = ReadText(Patient(members));
  EXPECT_EQ(read.rows.size(), 1u) << read.status << read.summary;
  return read.rows.empty() ? ShownRow() : read.rows[0];
}

std::string Bundle(const std::string& first, const std::string& second) {
  return absl::StrCat(R"({"resourceType":"Bundle","type":"searchset","entry":[{"fullUrl":"u1",)",
                      R"("resource":)", first, R"(},{"resource":{"resourceType":"Encounter"}},)",
                      R"({"resource":)", second, "}],\"total\":3}");
}

TEST(FhirPatients, APersonIsReadFromEachElement) {
  const ShownRow row = Person(
      R"("identifier":[{"system":"http://hospital.example/mrn","value":"10077"},)"
      R"({"system":"http://hl7.org/fhir/sid/us-ssn","value":"999-12-3456"},)"
      R"({"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"}],)"
      R"("name":[{"use":"official","family":"Rice","given":["Carlo","James"],"suffix":["Jr"]}],)"
      R"("gender":"male","birthDate":"1970-11-05","address":[{"use":"home",)"
      R"("line":["12 Main St","Apt 4"],"city":"Boston","state":"MA","postalCode":"02115"}],)"
      R"("telecom":[{"system":"phone","value":"617-555-0199"},{"system":"email","value":"c@x.org"}])");
  EXPECT_EQ(row.Of("record_id"), "10077");
  EXPECT_EQ(row.Of("ssn"), "999-12-3456");
  EXPECT_EQ(row.Of("nhs_number"), "9434765919");
  EXPECT_EQ(row.Of("last_name"), "Rice");
  EXPECT_EQ(row.Of("first_name"), "Carlo");
  EXPECT_EQ(row.Of("middle_name"), "James");
  EXPECT_EQ(row.Of("suffix"), "Jr");
  EXPECT_EQ(row.Of("sex"), "male");
  EXPECT_EQ(row.Of("date_of_birth"), "1970-11-05");
  EXPECT_EQ(row.Of("street_address"), "12 Main St");
  EXPECT_EQ(row.Of("address_line2"), "Apt 4");
  EXPECT_EQ(row.Of("city"), "Boston");
  EXPECT_EQ(row.Of("state"), "MA");
  EXPECT_EQ(row.Of("zip"), "02115");
  EXPECT_EQ(row.Of("phone"), "617-555-0199");
  EXPECT_EQ(row.Of("email"), "c@x.org");
  EXPECT_EQ(row.Of("identifier.http://hospital.example/mrn"), "10077");
}

TEST(FhirPatients, TheOfficialNameCountsThenTheUsualAndFormerOnesAreKept) {
  const ShownRow row =
      Person(R"("name":[{"use":"nickname","given":["Annie"]},{"use":"maiden","family":"Roe"},)"
             R"({"use":"usual","family":"Usual","given":["Ann"]},{"use":"official","family":"Lee",)"
             R"("given":["Anne"]},{"family":"Past","period":{"end":"2019"}}])");
  EXPECT_EQ(row.Of("last_name"), "Lee");
  EXPECT_EQ(row.Of("first_name"), "Anne");
  EXPECT_EQ(row.Of("maiden_name"), "Roe|Past");
  EXPECT_EQ(
      Person(R"("name":[{"family":"None"},{"use":"usual","family":"Usual"}])").Of("last_name"),
      "Usual");
  EXPECT_EQ(Person(R"("name":[{"text":"Ann May Lee"}])").Of("last_name"), "Lee");
}

TEST(FhirPatients, PeriodsThatHaveEndedAreNotCurrent) {
  const ShownRow row = Person(
      R"("address":[{"use":"home","line":["1 Past Rd"],"period":{"end":"2024-06-29"}},)"
      R"({"use":"work","line":["2 Work Rd"]},{"use":"old","line":["3 Old Rd"]},)"
      R"({"use":"home","line":["4 Next Rd"],"period":{"start":"2024-07-01"}},)"
      R"({"use":"home","type":"postal","line":["PO Box 5"]},)"
      R"({"use":"home","line":["6 Now Rd"],"period":{"start":"2020","end":"2024-06-30"}}],)"
      R"("telecom":[{"system":"phone","value":"1","period":{"end":"2020-01"}},)"
      R"({"system":"phone","use":"old","value":"2"},{"system":"phone","use":"work","value":"3"},)"
      R"({"system":"fax","value":"4"},{"system":"phone","use":"mobile","value":"5"}])");
  EXPECT_EQ(row.Of("street_address"), "6 Now Rd");
  EXPECT_EQ(row.Of("phone"), "5");
}

TEST(FhirPatients, ADateInAnotherShapeIsRejectedInWords) {
  EXPECT_EQ(Person(R"("birthDate":"1970-05")").Of("date_of_birth"), "1970-05");
  for (const char* odd : {"05/06/1970", "1970-5-6", "19700506", "1970-05-06T12:00"}) {
    const RowsRead read = ReadText(Patient(absl::StrCat("\"birthDate\":\"", odd, "\"")));
    ASSERT_EQ(read.rows.size(), 1u);
    EXPECT_EQ(read.rows[0].Of("date_of_birth"), "") << odd;
    EXPECT_THAT(read.rejects, ElementsAre(Pair(Pair("birthDate", "not-a-fhir-date"), 1)));
  }
}

TEST(FhirPatients, NdjsonBundlesAndPrettyDocumentsGiveTheSamePeople) {
  const std::string lines = absl::StrCat(kAnn, "\n", kTed, "\n");
  const std::string bundle = Bundle(kAnn, kTed);
  const std::string pretty = absl::StrReplaceAll(bundle, {{",", ",\n  "}, {"{", "{\n "}});
  const std::string documents = absl::StrReplaceAll(lines, {{",", ",\n  "}, {"{", "{\n "}});
  for (const std::string& text : {lines, bundle, absl::StrCat(bundle, "\n"), pretty, documents,
                                  absl::StrCat(pretty, "\n", pretty)}) {
    const RowsRead read = ReadText(text);
    ASSERT_GE(read.rows.size(), 2u) << read.status << read.summary << text;
    EXPECT_EQ(read.rows[0].Of("first_name"), "Ann");
    EXPECT_EQ(read.rows[0].Of("middle_name"), "May");
    EXPECT_EQ(read.rows[1].Of("first_name"), "Ted");
    EXPECT_THAT(read.rejects, IsEmpty());
  }
  EXPECT_EQ(ReadText(bundle).rows[1].number, 3u);
}

TEST(FhirPatients, ABundleLargerThanAResourceMayBeIsReadEntryByEntry) {
  const std::string note(1 << 20, 'x');
  std::string text = R"({"resourceType":"Bundle","entry":[)";
  for (int i = 0; i < 20; ++i) {
    absl::StrAppend(&text, i > 0 ? ",\n" : "", R"({"resource":{"resourceType":"Patient","id":")", i,
                    R"(","text":{"div":")", note, R"(\"}{"}}})");
  }
  const RowsRead read = ReadText(absl::StrCat(text, "]}"));
  ASSERT_EQ(read.rows.size(), 20u) << read.status << read.summary;
  EXPECT_EQ(read.rows[19].Of("record_id"), "19");
}

TEST(FhirPatients, BrokenResourcesAreRejectedWithTheirPlaceAndTheOthersAreRead) {
  const RowsRead read =
      ReadText(absl::StrCat(R"({"resourceType":"Patient","id":"Canary)", "\n", kAnn, "\n[1]\n",
                            R"({"resourceType":"Patient","id":"x\u0000"})", "\n", kTed, "\n"));
  ASSERT_EQ(read.rows.size(), 2u) << read.summary;
  EXPECT_EQ(read.rows[1].Of("first_name"), "Ted");
  EXPECT_EQ(read.rows[1].number, 5u);
  EXPECT_EQ(read.rejected_rows, 3u);
  EXPECT_THAT(read.summary,
              AllOf(HasSubstr("malformed-json (first in row 1)"),
                    HasSubstr("not-an-object (first in row 3)"),
                    HasSubstr("nul-byte (first in row 4)"), Not(HasSubstr("Canary"))));
}

TEST(FhirPatients, ATruncatedFileGivesNoHalfPerson) {
  const std::string bundle = Bundle(kAnn, kTed);
  const size_t begin = bundle.find(kTed);
  for (size_t cut = begin + 2; cut < begin + sizeof(kTed); ++cut) {
    const RowsRead read = ReadText(bundle.substr(0, cut));
    ASSERT_EQ(read.rows.size(), 1u) << bundle.substr(0, cut);
    EXPECT_THAT(read.rejects, Contains(Pair(Pair("", "truncated"), 1)));
    EXPECT_EQ(read.rejected_rows, 1u);
  }
  // Cut off between entries, no person is lost that is there.
  const RowsRead between =
      ReadText(bundle.substr(0, bundle.find(R"({"resource":{"resourceType":"Enc)")));
  EXPECT_EQ(between.rows.size(), 1u);
  EXPECT_THAT(between.rejects, ElementsAre(Pair(Pair("", "truncated"), 1)));
}

TEST(FhirPatients, AReplacedPatientIsNotedAndRead) {
  const RowsRead read =
      ReadText(Patient(R"("link":[{"other":{"reference":"Patient/x"},"type":"replaced-by"}])"));
  EXPECT_EQ(read.rows.size(), 1u);
  EXPECT_THAT(read.rejects, ElementsAre(Pair(Pair("link", "merge-not-interpreted"), 1)));
}

}  // namespace
}  // namespace blindlink::agent
