#include "agent/clinical/release/person_mask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "common/crypto/sha256.h"

namespace blindlink::agent {
namespace {

using absl::CivilDay;
using testing::ElementsAre;
using testing::IsEmpty;
using C = ReleaseColumn;

HmacSha256 Key(const char* of) { return HmacSha256(Sha256Of(of)); }

ClinicalRow Row(ClinicalTable table, const std::string& visit, CivilDay start) {
  ClinicalRow row;
  row.table = table;
  row.person = "p1";
  row.visit = visit;
  row.start = start;
  row.seq = 1;
  return row;
}

ClinicalRow Visit(const std::string& visit, CivilDay start, CivilDay end) {
  ClinicalRow row = Row(ClinicalTable::kVisits, visit, start);
  row.end = end;
  return row;
}

ClinicalRow Diagnosis(const std::string& visit, CivilDay day, const std::string& code) {
  ClinicalRow row = Row(ClinicalTable::kDiagnoses, visit, day);
  row.code = code;
  row.code_system = "ICD-10-CM";
  return row;
}

// A shift of up to 10 days; the window is from 2020-01-11 to 2020-12-21.
class PersonMaskTest : public testing::Test {
 protected:
  PersonMaskTest() : ids_(Key("site"), Key("shared")) {
    v1::DateRules rules;
    rules.set_shift_days(10);
    rules.set_first_day("2020-01-01");
    rules.set_last_day("2020-12-31");
    rules.set_oldest_age(89);
    v1::EraCode& era = *rules.add_era_codes();
    era.set_code_system("ICD-10-CM");
    era.set_prefix("U07");
    dates_ = *DateMask::Make(rules);
  }

  MaskedPerson Mask(const std::vector<ClinicalRow>& rows, int days) {
    counts_ = {};
    return PersonMask(*dates_, ids_).Mask(rows, days, &counts_);
  }
  static std::vector<std::string> Column(const MaskedPerson& person, C column) {
    std::vector<std::string> values;
    for (const ReleaseRow& row : person.rows) values.push_back(row[column]);
    return values;
  }

  ReleaseIds ids_;
  std::optional<DateMask> dates_;
  MaskCounts counts_;
};

TEST_F(PersonMaskTest, EveryDateIsShiftedAndIntervalsStay) {
  const MaskedPerson person = Mask({Visit("v1", CivilDay(2020, 3, 1), CivilDay(2020, 3, 5)),
                                    Diagnosis("v1", CivilDay(2020, 3, 2), "E11.65")},
                                   -4);
  EXPECT_THAT(Column(person, C::kStart), ElementsAre("2020-02-26", "2020-02-27"));
  EXPECT_EQ(person.rows[0][C::kEnd], "2020-03-01");
  EXPECT_EQ(person.rows[1][C::kCode], "E1165");
}

TEST_F(PersonMaskTest, AVisitThatLeavesTheWindowTakesItsEventsAlong) {
  const MaskedPerson person = Mask({Visit("v1", CivilDay(2020, 1, 12), CivilDay(2020, 1, 20)),
                                    Diagnosis("v1", CivilDay(2020, 1, 20), "E11.65"),
                                    Visit("v2", CivilDay(2020, 12, 15), CivilDay(2020, 12, 19)),
                                    Diagnosis("v2", CivilDay(2020, 12, 15), "I10")},
                                   -4);
  EXPECT_THAT(Column(person, C::kCode), ElementsAre("", "I10"));
  EXPECT_EQ(counts_.out_of_window[static_cast<size_t>(ClinicalTable::kVisits)], 1u);
  EXPECT_EQ(counts_.out_of_window[static_cast<size_t>(ClinicalTable::kDiagnoses)], 1u);
  EXPECT_THAT(Mask({Visit("v2", CivilDay(2020, 12, 15), CivilDay(2020, 12, 19))}, 4).rows,
              IsEmpty());
}

TEST_F(PersonMaskTest, CodesOfAnEraAreLeftOut) {
  const MaskedPerson person = Mask({Visit("v1", CivilDay(2020, 5, 1), CivilDay(2020, 5, 1)),
                                    Diagnosis("v1", CivilDay(2020, 5, 1), "U07.1"),
                                    Diagnosis("v1", CivilDay(2020, 5, 1), "J12.82")},
                                   3);
  EXPECT_THAT(Column(person, C::kCode), ElementsAre("", "J1282"));
  EXPECT_EQ(counts_.era_codes, 1u);
}

TEST_F(PersonMaskTest, EnrolmentIsCutAtTheWindowAndInQuarters) {
  ClinicalRow period = Row(ClinicalTable::kEnrolment, "", CivilDay(2019, 1, 1));
  const MaskedPerson open = Mask({period}, 5);
  EXPECT_EQ(open.rows[0][C::kStart], "2020-Q1");
  EXPECT_EQ(open.rows[0][C::kEnd], "2020-Q4");
  period.end = CivilDay(2020, 6, 1);
  EXPECT_EQ(Mask({period}, 5).rows[0][C::kEnd], "2020-Q2");
  period.end = CivilDay(2019, 6, 1);
  EXPECT_THAT(Mask({period}, 5).rows, IsEmpty());
}

TEST_F(PersonMaskTest, BirthAndDeathAreShiftedWithTheRest) {
  ClinicalRow row;
  row.person = "p1";
  row.sex = "F";
  row.zip = "02139";
  row.birth = CivilDay(1970, 12, 28);
  row.death = CivilDay(2020, 11, 1);
  row.further = {{"race", "asian"}};
  MaskedPerson person = Mask({row}, 5);
  EXPECT_EQ(person.values["birth_year"], "1971");
  EXPECT_EQ(person.values["sex"], "F");
  EXPECT_EQ(person.values["zip3"], "021");
  EXPECT_EQ(person.values["race"], "asian");
  EXPECT_EQ(person.death, "2020-11-06");
  row.death = CivilDay(2020, 12, 30);
  person = Mask({row}, 5);
  EXPECT_EQ(person.death, "");
  EXPECT_EQ(counts_.deaths_out_of_window, 1u);
}

TEST_F(PersonMaskTest, IdsOfTheSiteAreReplacedAndCopiesOfOneClaimStayOne) {
  ClinicalRow visit = Visit("v1", CivilDay(2020, 5, 1), CivilDay(2020, 5, 1));
  visit.control_number = "3ff1-3fd2";
  visit.provider = "dr-jones";
  const MaskedPerson person = Mask({visit}, 1);
  const std::string id = person.rows[0][C::kVisit];
  EXPECT_EQ(id.size(), 16u);
  EXPECT_NE(person.rows[0][C::kProvider], "dr-jones");
  const ReleaseIds elsewhere(Key("another site"), Key("shared"));
  EXPECT_NE(elsewhere.OfVisit("v1"), id);
  EXPECT_EQ(elsewhere.OfControlNumber("3FF13FD2"), person.rows[0][C::kReceipt]);
  EXPECT_EQ(elsewhere.OfControlNumber(""), "");
}

TEST_F(PersonMaskTest, TheOrderOfTheSourceMakesNoDifference) {
  std::vector<ClinicalRow> rows = {Visit("v2", CivilDay(2020, 6, 1), CivilDay(2020, 6, 1)),
                                   Visit("v1", CivilDay(2020, 5, 1), CivilDay(2020, 5, 1)),
                                   Diagnosis("v1", CivilDay(2020, 5, 1), "I10"),
                                   Diagnosis("v2", CivilDay(2020, 6, 1), "E11.9")};
  const MaskedPerson one = Mask(rows, 1);
  std::reverse(rows.begin(), rows.end());
  const MaskedPerson other = Mask(rows, 1);
  EXPECT_EQ(Column(one, C::kStart), Column(other, C::kStart));
  EXPECT_EQ(Column(one, C::kCode), Column(other, C::kCode));
}

TEST(ReleaseRowTest, IsReadAsItWasWritten) {
  ReleaseRow row;
  row.table = ClinicalTable::kDrugs;
  row.seq = 70000;
  row[C::kCode] = "I10";
  row[C::kName] = std::string(1000, 'x');
  std::string bytes;
  AppendReleaseRow(row, &bytes);
  absl::string_view rest = bytes;
  const ReleaseRow read = TakeReleaseRow(&rest);
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(read.table, row.table);
  EXPECT_EQ(read.seq, row.seq);
  for (size_t i = 0; i < kReleaseColumns; ++i) EXPECT_EQ(read.texts[i], row.texts[i]);
}

}  // namespace
}  // namespace blindlink::agent
