#include "agent/pipeline/pseudonym_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/pipeline/record_encoding.h"
#include "agent/pipeline/tokenize_input.h"
#include "common/base/status_macros.h"
#include "tests/unit/agent/tokenize/tokenize_fixture.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ListSource : public RecordSource {
 public:
  explicit ListSource(std::vector<RawRecord> rows) : rows_(std::move(rows)) {}
  absl::StatusOr<std::optional<RawRecord>> Next() override {
    if (next_ == rows_.size()) return std::optional<RawRecord>();
    return std::optional<RawRecord>(rows_[next_++]);
  }
  double ShareRead() const override { return 1; }

 private:
  const std::vector<RawRecord> rows_;
  size_t next_ = 0;
};

// A row of the plan of the tests: first name, last name, date of birth, sex.
RawRecord Row(std::string id, std::string first, std::string last, std::string born = "",
              std::string sex = "") {
  static uint64_t number = 0;
  RawRecord row{.record_id = std::move(id), .row = ++number, .values = {}};
  for (std::string* text : {&first, &last, &born, &sex}) {
    row.values.emplace_back();
    if (!text->empty()) row.values.back().push_back(std::move(*text));
  }
  return row;
}

Plan PlanWithSex() {
  auto plan = Plan::Parse(R"(
    name: "test" version: 1 description: "For tests." standardizer_version: "3"
    fields { name: "first_name" standardizer: GIVEN_NAME }
    fields { name: "last_name" standardizer: SURNAME }
    fields { name: "date_of_birth" standardizer: DATE }
    fields { name: "sex" standardizer: SEX }
    match_keys {
      name: "all" id: 1
      components { field: "first_name" } components { field: "last_name" }
      components { field: "date_of_birth" } components { field: "sex" }
    }
    match_rules { name: "r" level: FULL score: 1 all_of { match_key: "all" } }
  )");
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

class PseudonymOrderTest : public testing::Test {
 protected:
  PseudonymOrderTest() : plan_(PlanWithSex()) {
    EXPECT_TRUE(WriteNewFile(folder_ / "record.key",
                             "blindlink-record-key-v1\n"
                             "9f3c5a1e77b2d04c8e6f1b2a93d5c7e04b8a6f0d2c1e3b5a7988665544332200\n",
                             0600)
                    .ok());
    key_.emplace(*RecordKey::ReadOrGenerate(folder_ / "record.key"));
    pseudonym_of_ = [this](absl::string_view id, uint64_t person) {
      return key_->PseudonymOf("flu", "general", id, person);
    };
  }

  absl::StatusOr<std::vector<RawRecord>> Ordered(std::vector<RawRecord> rows) {
    ListSource source(std::move(rows));
    PseudonymOrder order(plan_, {}, pseudonym_of_, rejects_,
                         {.folder = folder_.path(), .contradicting_rows = contradicting_rows_});
    BL_RETURN_IF_ERROR(order.ReadAll(source, [](uint64_t) { return absl::OkStatus(); }));
    std::vector<RawRecord> records;
    while (true) {
      BL_ASSIGN_OR_RETURN(std::optional<RawRecord> record, order.Next());
      if (!record.has_value()) return records;
      records.push_back(*std::move(record));
    }
  }

  const Plan plan_;
  TemporaryFolder folder_;
  std::optional<RecordKey> key_;
  PseudonymOf pseudonym_of_;
  RejectLog rejects_;
  ContradictingRows contradicting_rows_ = ContradictingRows::kSplit;
};

TEST_F(PseudonymOrderTest, RecordsComeInTheOrderOfTheirPseudonymsWithAllTheirValues) {
  std::vector<RawRecord> rows;
  for (int i = 0; i < 3000; ++i) {
    rows.push_back(Row(absl::StrCat("id", i), absl::StrCat("N", i), std::string(i % 300, 'x')));
  }
  const std::vector<RawRecord> expected = rows;
  const auto records = Ordered(std::move(rows));
  ASSERT_TRUE(records.ok()) << records.status();
  ASSERT_EQ(records->size(), 3000u);
  for (size_t i = 0; i < records->size(); ++i) {
    const RawRecord& record = (*records)[i];
    if (i > 0) {
      EXPECT_LT((*records)[i - 1].pseudonym, record.pseudonym);
    }
    EXPECT_EQ(record.pseudonym, pseudonym_of_(record.record_id, 0));
    const RawRecord& original =
        expected[static_cast<size_t>(std::stoi(record.record_id.substr(2)))];
    EXPECT_EQ(record.row, original.row);
    EXPECT_EQ(record.values, original.values);
  }
}

TEST_F(PseudonymOrderTest, RowsOfOneRecordAreOneRecordWhereverTheyAre) {
  const auto records =
      Ordered({Row("A1", "Maria", "Lopez", "1980-05-06", "F"), Row("B1", "Ann", "Lee"),
               Row("A1", "Maria", "Garcia", "", "F"), Row("A1", "Mary", "Garcia", "1980-05-06")});
  ASSERT_TRUE(records.ok()) << records.status();
  ASSERT_EQ(records->size(), 2u);
  const RawRecord& person = (*records)[0].record_id == "A1" ? (*records)[0] : (*records)[1];
  EXPECT_EQ(person.row_count, 3u);
  EXPECT_THAT(person.values[0], ElementsAre("Maria", "Mary"));
  EXPECT_THAT(person.values[1], ElementsAre("Lopez", "Garcia"));
  EXPECT_THAT(rejects_.counts(), IsEmpty());
}

TEST_F(PseudonymOrderTest, TwoPeopleWithOneRecordIdAreTwoRecordsAndSaid) {
  const auto records =
      Ordered({Row("A2", "Maria", "Lopez"), Row("B1", "Ann", "Lee"), Row("A2", "Peter", "Quinn"),
               Row("A2", "Pete", "Quinn"), Row("A2", "Maria", "Lopez-Diaz")});
  ASSERT_TRUE(records.ok()) << records.status();
  ASSERT_EQ(records->size(), 3u);
  std::set<RecordPseudonym> pseudonyms;
  std::vector<RawTexts> lees;
  std::vector<RawTexts> others;  // in the order of their rows
  for (const RawRecord& record : *records) {
    pseudonyms.insert(record.pseudonym);
    (record.values[1][0] == "Lee" ? lees : others).push_back(record.values[0]);
  }
  EXPECT_EQ(pseudonyms.size(), 3u);
  EXPECT_THAT(others, ElementsAre(ElementsAre("Maria"), ElementsAre("Peter", "Pete")));
  EXPECT_EQ((rejects_.counts()[{"name", "another-person"}]), 1u);
  EXPECT_EQ(rejects_.rejected_rows(), 0u);
}

TEST_F(PseudonymOrderTest, SexAndBirthDateTellTwoPeopleApartAndWhatIsMissingOrPartialDoesNot) {
  ASSERT_TRUE(
      Ordered({Row("1", "Ann", "Lee", "1980-05-06", "F"), Row("1", "Ann", "Lee", "1981-05-06", "F"),
               Row("2", "Kim", "Lee", "", "F"), Row("2", "Kim", "Lee", "", "M")})
          .ok());
  EXPECT_EQ((rejects_.counts()[{"date_of_birth", "another-person"}]), 1u);
  EXPECT_EQ((rejects_.counts()[{"sex", "another-person"}]), 1u);
  const auto agreeing =
      Ordered({Row("3", "Ann", "Lee", "1980-05-06", "F"), Row("3", "", "", "05/06/1980", "female"),
               Row("3", "A", "", "1980"), Row("3", "ann", "LEE", "", "unknown")});
  ASSERT_TRUE(agreeing.ok());
  EXPECT_EQ(agreeing->size(), 1u);
}

TEST_F(PseudonymOrderTest, ContradictingRowsAreKeptOrRefusedOnRequest) {
  const std::vector<RawRecord> rows = {Row("A2", "Maria", "Lopez"), Row("A2", "Peter", "Quinn")};
  contradicting_rows_ = ContradictingRows::kKeep;
  const auto kept = Ordered(rows);
  ASSERT_TRUE(kept.ok());
  ASSERT_EQ(kept->size(), 1u);
  EXPECT_THAT((*kept)[0].values[0], ElementsAre("Maria", "Peter"));
  EXPECT_EQ((rejects_.counts()[{"name", "another-person"}]), 1u);

  contradicting_rows_ = ContradictingRows::kRefuse;
  const absl::Status refused = Ordered(rows).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr(absl::StrCat("rows ", rows[0].row, " and ", rows[1].row)));
  EXPECT_THAT(std::string(refused.message()), testing::Not(HasSubstr("A2")));
}

TEST_F(PseudonymOrderTest, AnIdThatHundredsOfPeopleHaveIsNoRecordId) {
  std::vector<RawRecord> rows;
  for (int i = 0; i < 200; ++i) {
    const std::string letters = {static_cast<char>('A' + i / 15), static_cast<char>('A' + i % 15)};
    rows.push_back(Row("0", letters + "NA", letters + "SON"));
  }
  const absl::Status status = Ordered(std::move(rows)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("the column is not a record id"));
}

TEST_F(PseudonymOrderTest, AFieldKeepsItsFirstValuesIfARecordHasVeryManyRows) {
  std::vector<RawRecord> rows;
  for (int i = 0; i < 100; ++i) rows.push_back(Row("1", "Ann", absl::StrCat("Annson", i)));
  const auto records = Ordered(std::move(rows));
  ASSERT_TRUE(records.ok()) << records.status();
  ASSERT_EQ(records->size(), 1u);
  EXPECT_EQ((*records)[0].values[1].size(), 32u);
  EXPECT_EQ((rejects_.counts()[{"", "too-many-values"}]), 68u);
}

// Pearson's correlation of the positions 0, 1, 2, ... with `ranks`, a permutation of them.
double RankCorrelation(const std::vector<uint64_t>& ranks) {
  const auto n = static_cast<double>(ranks.size());
  double squares = 0;
  for (size_t i = 0; i < ranks.size(); ++i) {
    const double difference = static_cast<double>(i) - static_cast<double>(ranks[i]);
    squares += difference * difference;
  }
  return 1 - 6 * squares / (n * (n * n - 1));
}

class PositionsSink : public BlockSink {
 public:
  absl::Status Write(v1::TokenBlock block) override {
    const std::string& ids = block.record_ids();
    for (size_t at = 0; at < ids.size(); at += RecordPseudonym::kSize) {
      sent_.push_back(RecordPseudonym::FromBytes(ids.data() + at));
    }
    return absl::OkStatus();
  }
  const std::vector<RecordPseudonym>& sent() const { return sent_; }

 private:
  std::vector<RecordPseudonym> sent_;
};

// Sends `rows`; the position in `rows` of each record, in the order of sending.
std::vector<uint64_t> OrderOfSending(const std::vector<RawRecord>& rows, const RecordKey& key,
                                     const TokenizeFixture& fixture,
                                     const std::filesystem::path& folder) {
  ListSource source(rows);
  PositionsSink sink;
  RejectLog rejects;
  PipelineOptions options{.project = "flu", .site = "general", .threads = 2};
  options.order.folder = folder;
  EXPECT_TRUE(TokenizeInput(source, rejects, fixture.setup(), key, options, sink, nullptr).ok());
  std::map<RecordPseudonym, uint64_t> position;
  for (const RawRecord& row : rows) {
    position.emplace(key.PseudonymOf("flu", "general", row.record_id), position.size());
  }
  std::vector<uint64_t> order;
  for (const RecordPseudonym& pseudonym : sink.sent()) order.push_back(position.at(pseudonym));
  return order;
}

// 20 000 records have a standard deviation of 0.0071 if the orders are independent.
TEST_F(PseudonymOrderTest, TheOrderOfSendingSaysNothingAboutTheOrderOfASortedFile) {
  const TokenizeFixture fixture(kNameDob);
  std::vector<RawRecord> rows;
  for (int i = 0; i < 20'000; ++i) {
    const std::string letters = {static_cast<char>('A' + i / 770), static_cast<char>('A' + i % 26)};
    rows.push_back(Row(absl::StrCat(100'000 + i), "Ann", letters + "SON",
                       absl::StrCat(1920 + i / 250, "-05-06")));
    rows.back().values.resize(3);
  }
  const std::vector<uint64_t> order = OrderOfSending(rows, *key_, fixture, folder_.path());
  ASSERT_EQ(order.size(), rows.size());
  EXPECT_LT(std::abs(RankCorrelation(order)), 0.03);

  // Nor does it depend on it.
  std::vector<RawRecord> backwards(rows.rbegin(), rows.rend());
  std::vector<uint64_t> same = OrderOfSending(backwards, *key_, fixture, folder_.path());
  for (uint64_t& position : same) position = rows.size() - 1 - position;
  EXPECT_EQ(order, same);
}

TEST_F(PseudonymOrderTest, WhatWasChangedInACellIsKnownAfterSorting) {
  RawRecord record = Row("A1", "Maria", "Lopez");
  record.changes.push_back({1, ValueChange::kNumberFormat});
  std::string bytes;
  AppendRecord(record, &bytes);
  const RawRecord again = DecodeRecord(bytes, record.values.size());
  ASSERT_EQ(again.changes.size(), 1u);
  EXPECT_EQ(again.changes[0].field, 1u);
  EXPECT_EQ(again.changes[0].change, ValueChange::kNumberFormat);
  EXPECT_EQ(again.values, record.values);
}

TEST_F(PseudonymOrderTest, WhatIsWrittenToTheDiskIsEncipheredAndHasNoName) {
  SortedSpool spool(folder_.path());
  std::string text;
  AppendRecord(Row("A1", "Wilhelmina", "Featherstonehaugh"), &text);
  const RecordPseudonym pseudonym = pseudonym_of_("A1", 0);
  constexpr int kCopies = 20'000;
  for (int i = 0; i < kCopies; ++i) ASSERT_TRUE(spool.Add(pseudonym, text).ok());

  size_t bytes = 0;
  for (const auto& fd : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code none;
    const std::string target = std::filesystem::read_symlink(fd, none).string();
    if (target.find("sort-") == std::string::npos) continue;
    std::ostringstream content;
    content << std::ifstream(fd.path(), std::ios::binary).rdbuf();
    bytes += content.str().size();
    EXPECT_EQ(content.str().find("Featherstone"), std::string::npos);
  }
  EXPECT_GT(bytes, 500'000u);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);  // the key

  const auto range = spool.NextRange();
  ASSERT_TRUE(range.ok()) << range.status();
  ASSERT_EQ((*range)->size(), static_cast<size_t>(kCopies));
  for (const SortedSpool::Entry& entry : **range) EXPECT_EQ(entry.text, text);
  EXPECT_TRUE((*spool.NextRange())->empty());
}

}  // namespace
}  // namespace blindlink::agent
