#include "agent/clinical/sort/person_grouper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/mix.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using ::testing::ElementsAre;

ClinicalRow Row(ClinicalTable table, int day, const std::string& visit, uint32_t seq,
                const std::string& name = "") {
  ClinicalRow row;
  row.table = table;
  if (day > 0) row.start = absl::CivilDay(2020, 1, day);
  row.visit = visit;
  row.seq = seq;
  row.name = name;
  return row;
}

RecordPseudonym Pseudonym(uint64_t number) {
  RecordPseudonym made;
  StoreBigEndian64(Mix64(number), made.bytes.data());
  return made;
}

std::vector<std::string> Shown(const PersonRows& person) {
  std::vector<std::string> shown;
  for (const ClinicalRow& row : RowsInOrder(person.rows)) {
    shown.push_back(absl::StrCat(NameOf(row.table), " ", row.start ? row.start->day() : 0, " ",
                                 row.visit, " ", row.seq, row.name));
  }
  return shown;
}

TEST(PersonGrouperTest, APersonsRowsAreInOrderOfDayTableVisitAndPosition) {
  TemporaryFolder folder;
  PersonGrouper grouper(folder.path());
  for (const ClinicalRow& row :
       {Row(ClinicalTable::kDiagnoses, 5, "V2", 2), Row(ClinicalTable::kDrugs, 9, "", 0, "b"),
        Row(ClinicalTable::kDiagnoses, 5, "V2", 1), Row(ClinicalTable::kDrugs, 9, "", 0, "a"),
        Row(ClinicalTable::kVisits, 5, "V2", 0), Row(ClinicalTable::kPersons, 0, "", 0),
        Row(ClinicalTable::kVisits, 3, "V9", 0), Row(ClinicalTable::kDiagnoses, 5, "V1", 1)}) {
    ASSERT_TRUE(grouper.Add(Pseudonym(1), row).ok());
  }
  const auto person = grouper.Next();
  ASSERT_TRUE(person.ok() && person->has_value());
  EXPECT_THAT(Shown(**person),
              ElementsAre("persons 0  0", "visits 3 V9 0", "visits 5 V2 0", "diagnoses 5 V1 1",
                          "diagnoses 5 V2 1", "diagnoses 5 V2 2", "drugs 9  0a", "drugs 9  0b"));
  EXPECT_FALSE(grouper.Next()->has_value());
}

// All that is given back, in one text.
std::string Grouped(const std::vector<std::pair<uint64_t, ClinicalRow>>& rows,
                    const std::filesystem::path& folder) {
  PersonGrouper grouper(folder);
  for (const auto& [person, row] : rows) EXPECT_TRUE(grouper.Add(Pseudonym(person), row).ok());
  std::string all;
  RecordPseudonym last;
  while (true) {
    auto person = grouper.Next();
    EXPECT_TRUE(person.ok()) << person.status();
    if (!person.ok() || !person->has_value()) return all;
    EXPECT_LT(last, (*person)->pseudonym);
    last = (*person)->pseudonym;
    absl::StrAppend(&all, last.AsView(), ":");
    for (const std::string& row : Shown(**person)) absl::StrAppend(&all, row, ";");
  }
}

TEST(PersonGrouperTest, TheOrderOfTheRowsDoesNotShowEvenBeyondMemory) {
  TemporaryFolder folder;
  std::vector<std::pair<uint64_t, ClinicalRow>> rows;
  const std::string words(200, 'x');
  for (uint64_t i = 0; i < 400'000; ++i) {  // 90 MB, of which 64 MiB stay in memory
    rows.emplace_back(1 + i % 5'000, Row(ClinicalTable::kDiagnoses, 1 + static_cast<int>(i % 28),
                                         absl::StrCat("V", i), 1, words));
  }
  const std::string in_order = Grouped(rows, folder.path());
  std::shuffle(rows.begin(), rows.end(), std::mt19937_64(7));
  EXPECT_TRUE(Grouped(rows, folder.path()) == in_order);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace blindlink::agent
