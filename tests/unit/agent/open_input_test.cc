#include "agent/input/open_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"

namespace blindlink::agent {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Plan& TestPlan() {
  static const Plan& plan = *[] {
    auto parsed = Plan::Parse(R"(
      name: "test" version: 1 description: "For tests." standardizer_version: "3"
      fields { name: "first_name" standardizer: GIVEN_NAME }
      fields { name: "last_name" standardizer: SURNAME }
      fields { name: "date_of_birth" standardizer: DATE }
      fields { name: "street_address" standardizer: STREET_ADDRESS }
      match_keys {
        name: "name-dob" id: 1
        components { field: "first_name" } components { field: "last_name" }
        components { field: "date_of_birth" }
      }
      match_rules { name: "name-dob" level: FULL score: 0.9 all_of { match_key: "name-dob" } }
      limits { max_reject_share: 0.25 min_rows_before_reject_share: 8 }
    )");
    EXPECT_TRUE(parsed.ok()) << parsed.status();
    return new Plan(*std::move(parsed));
  }();
  return plan;
}

struct Result {
  absl::Status status;
  std::vector<std::string> records;  // "id@row+count first|first/last/dob/address"
  std::vector<std::string> notes;
  DateOrder date_order = DateOrder::kYearMonthDay;
  RejectLog::Counts rejects;
};

std::string Show(const RawRecord& record) {
  std::string out = absl::StrCat(record.record_id, "@", record.row, "+", record.row_count, " ");
  for (size_t field = 0; field < record.values.size(); ++field) {
    if (field > 0) out += "/";
    for (size_t i = 0; i < record.values[field].size(); ++i) {
      absl::StrAppend(&out, i > 0 ? "|" : "", record.values[field][i]);
    }
  }
  return out;
}

class OpenInputTest : public testing::Test {
 protected:
  OpenInputTest() {
    std::string name = std::filesystem::temp_directory_path() / "open-input-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~OpenInputTest() override { std::filesystem::remove_all(folder_); }

  Result Read(const std::string& text, InputOptions options = {}) {
    options.path = folder_ / "patients";
    EXPECT_TRUE(WriteFileAtomically(options.path, text).ok());
    return ReadFile(options, TestPlan());
  }

  static Result ReadFile(const InputOptions& options, const Plan& plan) {
    Result result;
    RejectLog rejects;
    auto input = OpenInput(options, plan, rejects);
    result.status = input.status();
    if (!input.ok()) return result;
    result.notes = input->notes;
    result.date_order = input->standardize.date_order;
    while (true) {
      auto record = input->source->Next();
      result.status = record.status();
      if (!record.ok() || !record->has_value()) break;
      result.records.push_back(Show(**record));
    }
    result.rejects = rejects.counts();
    return result;
  }

  std::filesystem::path folder_;
};

TEST_F(OpenInputTest, AdjacentRowsWithOneRecordIdAreOneRecordWithAllItsNames) {
  const Result result = Read(
      "id,first,last,maiden\n1,Ann,Lee,Roe\n1,Annie,Lee,\n1,Ann,Day,\n2,Bob,Fox,\n1,Ann,Lee,\n");
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.records,
              ElementsAre("1@1+3 Ann|Annie/Lee|Roe|Day//", "2@4+1 Bob/Fox//", "1@5+1 Ann/Lee//"));
}

TEST_F(OpenInputTest, ColumnsOfAnAddressAndAFullNameBecomePlanFields) {
  const Result result = Read(
      "id,name,street_number,street_name,unit_number,po_box\n"
      "1,\"Lee, Ann\",12,Main St,4,\n2,Bob Fox,,,,77\n");
  EXPECT_THAT(result.records,
              ElementsAre("1@1+1 Ann/Lee//12 Main St UNIT 4", "2@2+1 Bob/Fox//PO BOX 77"));
}

TEST_F(OpenInputTest, WordsForNothingAreNoPartOfAnAddressOrName) {
  const Result result = Read(
      "id,name,street_number,street_name,unit_number,po_box\n"
      "1,\"Lee, Ann\",12.0,Oak Lane,NULL,nan\n2,Not Available,#REF!,Main St,4.0,N/A\n");
  EXPECT_THAT(result.records, ElementsAre("1@1+1 Ann/Lee//12 Oak Lane", "2@2+1 ///Main St UNIT 4"));
}

TEST_F(OpenInputTest, WebTextIsReadBeforeANameIsSplit) {
  EXPECT_THAT(Read("id,name\n1,\"Nu&ntilde;ez, Ana\"\n2,Bob O&apos;Brien\n").records,
              ElementsAre("1@1+1 Ana/Nu\u00f1ez//", "2@2+1 Bob/O'Brien//"));
}

TEST_F(OpenInputTest, ADateInPartsIsOneDate) {
  EXPECT_THAT(Read("id,birth_year,birth_month,birth_day\n1,1982,4,5\n2,1982.0,04.0,\n3,1982,,\n"
                   "4,NULL,4,5\n5,1982,13,5\n6,82,Apr,5\n")
                  .records,
              ElementsAre("1@1+1 //5 APR 1982/", "2@2+1 //APR 1982/", "3@3+1 //1982/", "4@4+1 ///",
                          "5@5+1 //1982-13-5/", "6@6+1 //5 Apr 82/"));
  EXPECT_THAT(Read("id,dob,year_of_birth\n1,1982-04-05,1982\n2,,1983\n").records,
              ElementsAre("1@1+1 //1982-04-05/", "2@2+1 //1983/"));
}

TEST_F(OpenInputTest, TheStreetOfTheSecondLineIsTheAddress) {
  EXPECT_THAT(
      Read("id,address_1,address_2\n1,Sunrise Care Home,12 Main St\n2,12 Main St,Apt 4\n"
           "3,NULL,12 Main St\n")
          .records,
      ElementsAre("1@1+1 ///12 Main St", "2@2+1 ///12 Main St Apt 4", "3@3+1 ///12 Main St"));
}

TEST_F(OpenInputTest, TheOrderOfDayAndMonthIsFoundFromTheWholeColumn) {
  // Sorted by its text: the first 2 000 rows allow either order.
  std::string text = "id,dob\n";
  for (int i = 0; i < 3000; ++i) absl::StrAppend(&text, i, ",01/02/1970\n");
  for (int i = 3000; i < 3050; ++i) absl::StrAppend(&text, i, ",25/02/1970\n");
  const Result result = Read(text);
  EXPECT_EQ(result.date_order, DateOrder::kDayMonthYear);
  EXPECT_THAT(result.notes,
              Contains(HasSubstr("day first (it makes 3050 of 3050 dates possible)")));
}

TEST_F(OpenInputTest, OneMisspeltDateDoesNotDecideTheOrder) {
  std::string text = "id,dob\n0,01/13/1970\n";
  for (int i = 1; i < 3000; ++i) absl::StrAppend(&text, i, ",01/02/1970\n");
  for (int i = 3000; i < 3050; ++i) absl::StrAppend(&text, i, ",25/02/1970\n");
  EXPECT_EQ(Read(text).date_order, DateOrder::kDayMonthYear);
}

TEST_F(OpenInputTest, ARowWithoutRecordIdIsRejected) {
  const Result result = Read("id,first\n,Ann\n2,Bob\n");
  EXPECT_THAT(result.records, ElementsAre("2@2+1 Bob///"));
  EXPECT_EQ(result.rejects, (RejectLog::Counts{{{"", "no-record-id"}, 1}}));
}

TEST_F(OpenInputTest, OneRecordIdOnEveryRowDoesNotFillTheMemory) {
  std::string text = "id,first\n";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&text, "1,Name", i, "\n");
  const Result result = Read(text);
  ASSERT_EQ(result.records.size(), 1u);
  EXPECT_THAT(result.records[0], AllOf(HasSubstr("Name31"), Not(HasSubstr("Name32"))));
  EXPECT_EQ(result.rejects, (RejectLog::Counts{{{"", "too-many-values"}, 68}}));
}

TEST_F(OpenInputTest, TooManyRejectedRowsStopTheRun) {
  const Result result = Read("id,first\n1,A\n2,B\nx\nx\nx\n6,F\n7,G\n8,H\n9,I\n");
  EXPECT_EQ(result.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(result.status.message()),
              AllOf(HasSubstr("patients"), HasSubstr("3 x column-count")));
}

TEST_F(OpenInputTest, AFileWithoutOneUsableRowIsRefusedHoweverShort) {
  EXPECT_THAT(std::string(Read("id,first\nx\ny\n").status.message()),
              HasSubstr("none of 2 rows is usable"));
  EXPECT_THAT(std::string(Read("id,first\n,Ann\n").status.message()),
              HasSubstr("none of 1 rows is usable"));
  EXPECT_THAT(std::string(Read("{\"id\n").status.message()), HasSubstr("malformed-json"));
}

TEST_F(OpenInputTest, TheOrderOfDatesIsFoundFromTheColumn) {
  EXPECT_EQ(Read("id,dob\n1,03/04/1970\n2,25/12/1970\n").date_order, DateOrder::kDayMonthYear);
}

TEST_F(OpenInputTest, AnOrderThatTheDatesLeaveOpenIsReported) {
  const Result open = Read("id,dob\n1,03/04/1970\n");
  EXPECT_EQ(open.date_order, DateOrder::kMonthDayYear);
  EXPECT_THAT(open.notes, Contains(AllOf(HasSubstr("\"dob\""), HasSubstr("--date-order"))));
  const Result iso = Read("id,dob\n1,1970-03-04\n2,19700304\n");
  EXPECT_THAT(iso.notes, Contains(HasSubstr("none needs an order")));
  EXPECT_THAT(Read("id,dob\n1,25/12/1970\n2,24/12/1970\n3,12/24/1970\n").notes,
              Contains(HasSubstr("1 of the dates seen are impossible")));
}

TEST_F(OpenInputTest, AStatedOrderWins) {
  InputOptions options;
  options.date_order = DateOrder::kMonthDayYear;
  const Result result = Read("id,dob\n1,25/12/1970\n", options);
  EXPECT_EQ(result.date_order, DateOrder::kMonthDayYear);
  EXPECT_THAT(result.notes, Contains(HasSubstr("1 of the dates seen are impossible")));
}

TEST_F(OpenInputTest, WhatWasLookedAtForDatesIsReadAllTheSameAndTheRestToo) {
  std::string text = "id,dob\n";
  for (int i = 1; i <= 5000; ++i) absl::StrAppend(&text, i, ",12/25/1970\n");
  const Result result = Read(text);
  ASSERT_EQ(result.records.size(), 5000u);
  EXPECT_EQ(result.records[1999], "2000@2000+1 //12/25/1970/");
  EXPECT_EQ(result.records[4999], "5000@5000+1 //12/25/1970/");
}

TEST_F(OpenInputTest, APatientLikeFhirsIsReadFromJsonLines) {
  const Result result =
      Read(R"({"id":"p1","birthDate":"1970-03-04","name":[{"family":"Lee","given":["Ann"]},)"
           R"({"family":"Roe"}],"address":[{"line":["12 Main St","Apt 4"]}]})"
           "\n");
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.records, ElementsAre("p1@1+1 Ann/Lee|Roe/1970-03-04/12 Main St, Apt 4"));
}

TEST_F(OpenInputTest, AMemberThatTurnsUpLateInJsonLinesIsStillUsed) {
  std::string text;
  for (int i = 1; i <= 2500; ++i) absl::StrAppend(&text, "{\"id\":", i, ",\"first\":\"A\"}\n");
  text += "{\"id\":9999,\"last\":\"Lee\"}\n";
  EXPECT_EQ(Read(text).records.back(), "9999@2501+1 /Lee//");
}

TEST_F(OpenInputTest, NoMessageHoldsAValue) {
  const Result result = Read("id,first,dob\n1,Canary,13/13/1970\n2,Canary\n3,Canary,25/12/1970\n");
  for (const std::string& note : result.notes) EXPECT_THAT(note, Not(HasSubstr("1970")));
  EXPECT_THAT(std::string(Read("id,x\nCanary,Canary\n").status.message()),
              AllOf(HasSubstr("Columns: id, x"), Not(HasSubstr("Canary"))));
}

TEST_F(OpenInputTest, RejectsAreWrittenToAFileClosedToOthers) {
  const std::string path = folder_ / "rejects.csv";
  const auto rejects = RejectLog::Create(path);
  ASSERT_TRUE(rejects.ok()) << rejects.status();
  (*rejects)->Add({3, "", "column-count"}, /*whole_row=*/true);
  (*rejects)->Add({4, "birth, date", "impossible-date"}, /*whole_row=*/false);
  ASSERT_TRUE((*rejects)->Finish().ok());
  EXPECT_EQ(*blindlink::ReadFile(path),
            "row,column,reason\n3,,column-count\n4,\"birth, date\",impossible-date\n");
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ((*rejects)->rejected_rows(), 1u);
}

TEST_F(OpenInputTest, TheFebrlSampleIsReadWhole) {
  InputOptions options;
  options.path = BLINDLINK_SOURCE_DIR "/../shared/data/linkage/febrl/dataset4a.csv";
  if (!std::filesystem::exists(options.path)) {
    std::cerr << "skipped: ../shared not present\n";
    return;
  }
  const Result result = ReadFile(options, TestPlan());
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_EQ(result.records.size(), 5000u);
  EXPECT_THAT(result.rejects, IsEmpty());
}

}  // namespace
}  // namespace blindlink::agent
