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
              Not(HasSubstr("Canary")));
}

TEST_F(OpenInputTest, AFileWithoutAHeaderIsSaidToHaveNoneAndNothingOfAPersonIsPrinted) {
  const std::string people[] = {
      "A1,Canary,Lopez,1980-05-06,F\nA2,Ann,Lee,1970-01-02,F\n",
      "Canary;Lopez;F;MI\nAnn;Lee;F;ID\n",
      "Canary,Mobile,No,MI,Lopez,First\nAnn,Lee,Yes,ID,Day,Street\n",
      "1001\tCanary\tcanary@example.org\n1002\tAnn\tann@example.org\n",
      "{\"Canary Lopez\":\"1980-05-06\"}\n",
  };
  for (const std::string& text : people) {
    for (const std::string columns : {"", "record_id=ID", "first_name=first"}) {
      InputOptions options;
      options.columns = columns;
      const absl::Status status = Read(text, options).status;
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
      const std::string message(status.message());
      EXPECT_THAT(message, HasSubstr("If the file has no header, add a first line"));
      for (const char* value : {"Canary", "Lopez", "1980", "example", "First", "Mobile"}) {
        EXPECT_THAT(message, Not(HasSubstr(value)));
      }
    }
  }
}

TEST_F(OpenInputTest, ColumnsThatOnlyTheUserNamesAreNotListedBesideAPersonsValues) {
  const std::vector<std::string> row = {"A1", "Maria", "Canary"};
  const auto mapping = MapColumns(row, "record_id=A1,first_name=Maria", TestPlan());
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  EXPECT_THAT(mapping->ToText(), AllOf(Not(HasSubstr("Canary")), HasSubstr("1 not shown")));
}

TEST_F(OpenInputTest, ALineThatNamesTheDelimiterIsNoHeader) {
  for (const char* line : {"sep=;\n", "SEP=;\r\n", "\"sep=;\"\n", "\xef\xbb\xbfsep=;\n\n"}) {
    const Result result = Read(absl::StrCat(line, "id;first\n1;Ann\n"));
    EXPECT_THAT(result.records, ElementsAre("1@1+1 Ann///")) << line << result.status;
  }
}

TEST_F(OpenInputTest, CarriageReturnsAloneEndLinesToo) {
  const Result result = Read("id,first,last\r1,Ann,Lee\r2,Bob,\"Fox,\rJr\"\r");
  EXPECT_THAT(result.records, ElementsAre("1@1+1 Ann/Lee//", "2@2+1 Bob/Fox,\nJr//"));
  EXPECT_THAT(Read("{\"id\":1,\"first\":\"Ann\"}\r{\"id\":2,\"first\":\"Bob\"}").records,
              ElementsAre("1@1+1 Ann///", "2@2+1 Bob///"));
}

TEST_F(OpenInputTest, Windows1252UnderAnAsciiHeaderIsReadAndCounted) {
  const Result result = Read(
      "id,first,last\n1,Ann,Lee\n2,Jos\xe9,N\xfa\xf1"
      "ez\n3,Bob,O\x92"
      "Brien\n4,ZO\xcb,FOX\n");
  ASSERT_TRUE(result.status.ok()) << result.status;
  EXPECT_THAT(result.records, ElementsAre("1@1+1 Ann/Lee//", "2@2+1 José/Núñez//",
                                          "3@3+1 Bob/O’Brien//", "4@4+1 ZOË/FOX//"));
  EXPECT_EQ(result.rejects, (RejectLog::Counts{{{"", "read-as-windows-1252"}, 3}}));
  EXPECT_THAT(Read("id,first,pr\xe9nom\n1,Jos\xe9,x\n").records, ElementsAre("1@1+1 José///"));
  EXPECT_THAT(Read("{\"id\":2,\"first\":\"Jos\xe9\"}\n").records, ElementsAre("2@1+1 José///"));
}

TEST_F(OpenInputTest, WhatIsNeitherUtf8NorReadsLikeWindows1252IsRejected) {
  // The old Macintosh, DOS, Shift-JIS, Windows-1251, and a UTF-8 file with a damaged row.
  for (const char* name :
       {"Garc\x92"
        "a",
        "Jos\x8e", "Jos\x82", "mu\xa4oz", "\x8e\x52\x93\x63", "\xc8\xe2\xe0\xed\xee\xe2"}) {
    const Result result = Read(absl::StrCat("id,first\n1,Ann\n2,", name, "\n"));
    EXPECT_EQ(result.rejects, (RejectLog::Counts{{{"", "not-utf8"}, 1}})) << name;
  }
  EXPECT_EQ(Read("id,first\n1,José\n2,Jos\xe9\n").rejects,
            (RejectLog::Counts{{{"", "not-utf8"}, 1}}));
}

TEST_F(OpenInputTest, Utf16IsNamedWithTheCommandThatConvertsIt) {
  std::string little;
  std::string big;
  for (const char c : std::string("id,first\n1,Ann\n")) {
    little += {c, '\0'};
    big += {'\0', c};
  }
  const auto message = [this](const std::string& text) {
    return std::string(Read(text).status.message());
  };
  EXPECT_THAT(message(little), HasSubstr("iconv -f UTF-16LE -t UTF-8"));
  EXPECT_THAT(message(big), HasSubstr("iconv -f UTF-16BE -t UTF-8"));
  EXPECT_THAT(message("\xff\xfe" + little), HasSubstr("iconv -f UTF-16 -t UTF-8"));
}

TEST_F(OpenInputTest, ANoteOfMegabytesIsReadAndALongerOneCostsItsRowOnly) {
  const auto file = [](size_t lines) {
    std::string text = "id,first,note\n1,Ann,\"";
    for (size_t i = 0; i < lines; ++i) absl::StrAppend(&text, "A line, of 20 bytes\n");
    return absl::StrCat(text, "\"\n2,Bob,\n");
  };
  EXPECT_THAT(Read(file(75'000)).records, ElementsAre("1@1+1 Ann///", "2@2+1 Bob///"));
}

TEST_F(OpenInputTest, RejectsAreWrittenToNoOtherFileThanTheOneThatIsNamed) {
  const std::string other = folder_ / "other";
  ASSERT_TRUE(WriteFileAtomically(other, "kept").ok());
  std::filesystem::create_symlink(other, folder_ / "link");
  const absl::Status status = RejectLog::Create(folder_ / "link").status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("is a symbolic link"));
  EXPECT_EQ(*blindlink::ReadFile(other), "kept");
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
