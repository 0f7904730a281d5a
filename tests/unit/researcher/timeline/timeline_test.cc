#include "researcher/timeline/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "researcher/timeline/gather.h"
#include "researcher/timeline/person_table.h"
#include "researcher/timeline/summary_json.h"
#include "researcher/timeline/summary_page.h"
#include "tests/unit/researcher/timeline/built_timeline.h"

namespace blindlink::researcher {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// "date kind site" of each row.
std::vector<std::string> Brief(const std::vector<Row>& rows) {
  std::vector<std::string> brief;
  for (const Row& row : rows) {
    brief.push_back(row.at("date") + " " + row.at("kind") + " " + row.at("site"));
  }
  return brief;
}

// All values that the statements give.
std::vector<std::string> Query(const std::string& file, const char* sql) {
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  std::vector<std::string> found;
  const auto collect = [](void* out, int columns, char** values, char**) {
    for (int i = 0; i < columns; ++i) {
      static_cast<std::vector<std::string>*>(out)->push_back(values[i] == nullptr ? "NULL"
                                                                                  : values[i]);
    }
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(database, sql, collect, &found, nullptr), SQLITE_OK);
  sqlite3_close(database);
  return found;
}

class TimelineTest : public testing::Test {
 protected:
  TimelineOutcome Build(const std::string& map, const std::vector<std::string>& folders) {
    request_ = RequestOf(files_, map, folders);
    absl::StatusOr<TimelineOutcome> outcome = BuildTimeline(request_);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *std::move(outcome) : TimelineOutcome(0);
  }
  std::vector<Row> Events() const { return RowsOf(request_.out_file); }
  std::vector<Row> Persons() const { return RowsOf(request_.persons_file); }

  // A site with `count` records, each with two visits of one diagnosis.
  std::string ManyPeople(const std::string& site, int count) const {
    std::string persons = "record,sex,birth_year\n";
    std::string visits = kVisitsHeader;
    std::string diagnoses = kDiagnosesHeader;
    for (int i = 0; i < count; ++i) {
      const std::string record = absl::StrFormat("%08x%024x", i, 0);
      absl::StrAppend(&persons, record, i % 2 == 0 ? ",F" : ",M", ",1950\n");
      for (int visit = 0; visit < 2; ++visit) {
        const std::string id = absl::StrFormat("%08x%x", i, visit);
        const std::string date = absl::StrFormat("20%02d-0%d-11", 10 + i % 9, 1 + visit);
        absl::StrAppend(&visits, record, ",", id, ",,", date, ",", date, ",outpatient,,,\n");
        absl::StrAppend(&diagnoses, record, ",", id, ",1,", date,
                        ",J45,ICD-10-CM,definite,\"Asthma, mild\"\n");
      }
    }
    return files_.Extract(site,
                          {{"persons", persons}, {"visits", visits}, {"diagnoses", diagnoses}});
  }
  std::string MapOfMany(const std::vector<std::string>& sites, int count) const {
    std::string text = "entity,site,record\n";
    for (const std::string& site : sites) {
      for (int i = 0; i < count; ++i) {
        absl::StrAppendFormat(&text, "%08x%024x,%s,%08x%024x\n", (i * 7919) & 0xffffff, 1, site, i,
                              0);
      }
    }
    EXPECT_TRUE(WriteFileAtomically(files_.Path("many.csv"), text).ok());
    return files_.Path("many.csv");
  }

  TestExtracts files_;
  TimelineRequest request_;
};

TEST_F(TimelineTest, EachPersonsEventsOfAllSitesAreInOrder) {
  const std::string north = files_.Extract(
      "north",
      {{"persons", "record,death\n" + Id("1") + ",2021-03-20\n"},
       {"visits", kVisitsHeader + Id("1") + ",0b,,2021-03-14,2021-03-20,inpatient,p,d,90.00\n" +
                      Id("1") + ",0a,,2021-04-01,2021-04-01,outpatient,p,d,10.00\n"},
       {"diagnoses",
        kDiagnosesHeader + Id("1") + ",0b,1,2021-03-14,J45,ICD-10-CM,definite,Asthma\n"}});
  const std::string south = files_.Extract(
      "south",
      {{"enrolment", "record,start,end,payer\n" + Id("2") + ",2021-03-14,2021-12-31,p\n"},
       {"procedures", "record,visit,seq,date,code,code_system\n" + Id("2") +
                          ",0c,10,2021-03-14,G2,HCPCS\n" + Id("2") + ",0c,9,2021-03-14,G1,HCPCS\n" +
                          Id("2") + ",0c,1,2021-03,G0,HCPCS\n"}});
  Build(files_.EntityMap({"e,north,1", "e,south,2"}), {south, north});
  EXPECT_THAT(Brief(Events()),
              ElementsAre("2021-03 procedure south", "2021-03-14 enrolment south",
                          "2021-03-14 visit north", "2021-03-14 diagnosis north",
                          "2021-03-14 procedure south", "2021-03-14 procedure south",
                          "2021-03-20 death north", "2021-04-01 visit north"));
  EXPECT_EQ(Events()[4].at("seq"), "9");
}

TEST_F(TimelineTest, PersonsWithoutEventsAndOnlyEnrolledPersonsAreKept) {
  const std::string north = files_.Extract(
      "north",
      {{"enrolment", "record,start,end,payer\n" + Id("1") + ",2021-01-01,2021-12-31,p\n"}});
  const TimelineOutcome outcome =
      Build(files_.EntityMap({"e1,north,1", "e2,north,2", "e3,south,3"}), {north});
  const std::vector<Row> persons = Persons();
  ASSERT_EQ(persons.size(), 3u);
  EXPECT_EQ(persons[0].at("enrolled_from"), "2021-01-01");
  EXPECT_EQ(persons[1].at("events"), "0");
  EXPECT_EQ(persons[2].at("sites"), "south");
  EXPECT_EQ(outcome.summary.enrolled_only, 1u);
  EXPECT_EQ(outcome.summary.without_events, 2u);
  EXPECT_THAT(outcome.warnings, Contains(HasSubstr("no extract of south")));
}

TEST_F(TimelineTest, ARecordThatTheMapLacksIsAPersonOfItsOwnAndCounted) {
  const std::string visits = kVisitsHeader + Id("1") + ",0a,,2021-01-01,2021-01-01,,,,\n" +
                             Id("2") + ",0b,,2021-01-01,2021-01-01,,,,\n";
  const std::string north = files_.Extract("north", {{"visits", visits}});
  const TimelineOutcome outcome = Build(files_.EntityMap({"e,north,1"}), {north});
  EXPECT_EQ(outcome.unlinked, 1u);
  EXPECT_THAT(outcome.warnings, Contains(HasSubstr("1 record of the extracts is not in")));
  ASSERT_EQ(Persons().size(), 2u);
  RecordPseudonym record{};
  record.bytes[0] = 0x20;
  const std::string own = HexEncode(UnlinkedEntity("north", record).AsView());
  EXPECT_TRUE(Events()[0].at("entity") == own || Events()[1].at("entity") == own);
}

TEST_F(TimelineTest, AMapOfOtherRecordsIsRefusedAndNothingWritten) {
  const std::string north =
      files_.Extract("north", {{"persons", "record,sex\n" + Id("1") + ",F\n"}});
  request_ = RequestOf(files_, files_.EntityMap({"e,north,2"}), {north});
  const auto outcome = BuildTimeline(request_);
  EXPECT_EQ(outcome.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(outcome.status().message(), HasSubstr("none of its records"));
  for (const auto& entry : std::filesystem::directory_iterator(files_.folder())) {
    EXPECT_THAT(entry.path().string(), Not(HasSubstr("timeline")));
  }
}

TEST_F(TimelineTest, AMapOfAnotherRunIsRefused) {
  const std::string north =
      files_.Extract("north", {{"persons", "record,sex\n" + Id("1") + ",F\n"}});
  const std::string map = files_.EntityMap({"e,north,1"});
  ASSERT_TRUE(
      WriteFileAtomically(map + ".manifest.json",
                          "{\"kind\": \"entity-map\", \"project\": \"asthma\", \"run\": \"run-2\"}")
          .ok());
  const auto outcome = BuildTimeline(RequestOf(files_, map, {north}));
  EXPECT_THAT(outcome.status().message(), HasSubstr("different runs"));
}

TEST_F(TimelineTest, WhatIsWrongInARowIsNamedByFileRowAndColumnWithoutItsValue) {
  const std::string visits = kVisitsHeader + Id("1") + ",0a,,2021-01-01,2021-01-01,,,,\n" +
                             Id("1") + ",0b,,2021-99-77,2021-01-01,,,,\n";
  const std::string north = files_.Extract("north", {{"visits", visits}});
  const auto outcome = BuildTimeline(RequestOf(files_, files_.EntityMap({"e,north,1"}), {north}));
  EXPECT_THAT(outcome.status().message(),
              AllOf(HasSubstr("visits.csv.zst, row 2, column start"), Not(HasSubstr("99"))));
  const std::string unordered = kVisitsHeader + Id("2") + ",0a,,,,,,,\n" + Id("1") + ",0b,,,,,,,\n";
  const std::string south = files_.Extract("south", {{"visits", unordered}});
  EXPECT_THAT(
      BuildTimeline(RequestOf(files_, files_.EntityMap({"e,south,1"}), {south})).status().message(),
      HasSubstr("row 2 is out of order"));
}

TEST_F(TimelineTest, MemoryAndThreadsDoNotChangeAByte) {
  constexpr int kPeople = 1500;
  const std::vector<std::string> folders = {ManyPeople("north", kPeople),
                                            ManyPeople("south", kPeople)};
  request_ = RequestOf(files_, MapOfMany({"north", "south"}, kPeople), folders);
  std::vector<std::string> timelines;
  std::vector<std::string> persons;
  for (const auto& [memory, threads] : {std::pair{512, 1}, {16, 4}, {1, 3}}) {
    request_.memory = (uint64_t{1} << 20) * static_cast<uint64_t>(memory);
    request_.threads = static_cast<size_t>(threads);
    ASSERT_TRUE(BuildTimeline(request_).ok());
    timelines.push_back(*ReadFile(request_.out_file));
    persons.push_back(*ReadFile(request_.persons_file));
  }
  EXPECT_TRUE(timelines[0] == timelines[1] && timelines[1] == timelines[2]);
  EXPECT_TRUE(persons[0] == persons[1] && persons[1] == persons[2]);
  EXPECT_EQ(Events().size(), 8u * kPeople);
}

TEST_F(TimelineTest, TheManifestHasTheFilesDigestAndItsInputs) {
  Build(MapOfMany({"north"}, 20), {ManyPeople("north", 20)});
  const std::string manifest = *ReadFile(request_.out_file + ".manifest.json");
  EXPECT_THAT(manifest, HasSubstr(HexEncode(AsView(Sha256Of(*ReadFile(request_.out_file))))));
  EXPECT_THAT(manifest, AllOf(HasSubstr("\"kind\": \"timeline\""), HasSubstr("\"rows\": 80"),
                              HasSubstr("\"site\": \"north\"")));
}

TEST_F(TimelineTest, TheDatabaseHasTheSameRows) {
  const std::string north = ManyPeople("north", 20);
  request_ = RequestOf(files_, MapOfMany({"north"}, 20), {north});
  request_.sqlite_file = files_.Path("timeline.sqlite");
  ASSERT_TRUE(BuildTimeline(request_).ok());
  EXPECT_THAT(Query(request_.sqlite_file,
                    "SELECT count(*), count(DISTINCT entity), max(name), max(amount) FROM events;"
                    "SELECT count(*), sum(visits) FROM persons;"),
              ElementsAre("80", "20", "Asthma, mild", "NULL", "20", "40"));
}

TEST_F(TimelineTest, QuotesCommasAndLineBreaksInAFieldSurviveInEveryFile) {
  const std::string begin = Id("1") + ",0a,";
  const std::string end = ",2021-03-14,J45,ICD-10-CM,definite,";
  const std::string north = files_.Extract(
      "north",
      {{"diagnoses", kDiagnosesHeader + begin + "1" + end + "5\" nail\n" + begin + "2" + end +
                         "\"say \"\"a,\n b\"\"\"\n" + begin + "3" + end + "plain\n"}});
  request_ = RequestOf(files_, files_.EntityMap({"e,north,1"}), {north});
  request_.sqlite_file = files_.Path("timeline.sqlite");
  const auto outcome = BuildTimeline(request_);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  std::vector<std::string> names;
  for (const Row& row : Events()) names.push_back(row.at("name"));
  EXPECT_THAT(names, ElementsAre("5\" nail", "say \"a,\n b\"", "plain"));
  EXPECT_EQ(Query(request_.sqlite_file, "SELECT name FROM events"), names);
}

TEST_F(TimelineTest, GroupsBelowKOnceTheSitesMeetAreWarnedOf) {
  const auto persons = [](const std::string& columns, const std::string& odd) {
    std::string text = "record," + columns + "\n";
    for (int i = 0; i < 12; ++i)
      absl::StrAppendFormat(&text, "%x%031d,%s\n", i, 0, i == 5 ? odd : "x");
    return text;
  };
  const std::string north = files_.Extract("north", {{"persons", persons("sex", "x")}});
  const std::string south = files_.Extract("south", {{"persons", persons("zip3", "y")}});
  std::vector<std::string> map;
  for (int i = 0; i < 12; ++i) {
    for (const char* site : {"north", "south"})
      map.push_back(absl::StrFormat("e%x,%s,%x", i, site, i));
  }
  const TimelineOutcome outcome = Build(files_.EntityMap(map), {north, south});
  EXPECT_EQ(outcome.risk.k, kDefaultK);
  EXPECT_EQ(outcome.risk.persons_below, 1u);
  EXPECT_THAT(outcome.quasi_identifiers, ElementsAre("sex", "zip3"));
  EXPECT_THAT(outcome.warnings, Contains(HasSubstr("1 person is in groups of fewer than 11")));
}

TEST_F(TimelineTest, ThePageAndTheJsonShowNoSmallCount) {
  const TimelineOutcome outcome = Build(MapOfMany({"north"}, 7), {ManyPeople("north", 7)});
  const std::string page = SummaryPage(outcome);
  EXPECT_THAT(page, AllOf(HasSubstr("1 to 10"), HasSubstr("None has 11 persons or more."),
                          Not(HasSubstr("Asthma"))));
  EXPECT_THAT(SummaryJson(outcome), AllOf(HasSubstr("\"all\": null"), Not(HasSubstr("Asthma"))));
}

TEST_F(TimelineTest, ThePageNamesTheMostFrequentDiseasesAndCodes) {
  const TimelineOutcome outcome = Build(MapOfMany({"north"}, 40), {ManyPeople("north", 40)});
  EXPECT_THAT(SummaryPage(outcome), AllOf(HasSubstr("Asthma, mild"), HasSubstr("J45 (ICD-10-CM)")));
  EXPECT_THAT(SummaryJson(outcome), HasSubstr("\"name\": \"Asthma, mild\""));
}

TEST_F(TimelineTest, APersonsEventsArePrintedAsATable) {
  Build(MapOfMany({"north"}, 40), {ManyPeople("north", 40)});
  const std::string entity = Events()[40].at("entity");
  const auto table = PersonTable(request_.out_file, entity);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(std::count(table->begin(), table->end(), '\n'), 5);
  EXPECT_THAT(*table, AllOf(HasSubstr("Asthma, mild"), Not(HasSubstr("payer"))));
  EXPECT_EQ(PersonTable(request_.out_file, Id("abc")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(PersonTable(request_.out_file, "abc").status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace blindlink::researcher
