#include "agent/clinical/release/release_account.h"

#include <gtest/gtest.h>

#include <string>

#include "agent/clinical/release/masked_person.h"

namespace blindlink::agent {
namespace {

TEST(ReleaseAccountTest, IsReadAsItWasWritten) {
  ReleaseAccount account;
  account.counts.bad_codes = 7;
  account.counts.masked.read[2] = uint64_t{1} << 40;
  account.counts.blanked_codes = 3;
  account.code_check = "ICD-10-CM\n";
  account.codes.push_back(
      {.system = "HCPCS", .rows = 12, .rows_by_level = {{"", 2}, {"code", 10}}});
  account.codes.back().entropy = 4.25;
  account.codes.back().non_uniform_kept = 0.5;
  const ReleaseAccount read = DecodeAccount(EncodeAccount(account));
  EXPECT_EQ(read.counts.bad_codes, 7);
  EXPECT_EQ(read.code_check, account.code_check);
  EXPECT_EQ(StepsText(read.Steps()), StepsText(account.Steps()));
  EXPECT_EQ(UtilityText(read.codes), UtilityText(account.codes));
}

TEST(NumberedPersonTest, IsReadAsItWasWritten) {
  NumberedPerson person;
  person.record.bytes[3] = 9;
  person.number = 0xFFFFFFFFFFFFFFFF;
  person.masked.values = {{"sex", "F"}, {"zip3", ""}};
  person.masked.death = "2020-01-02";
  person.masked.rows.resize(2);
  person.masked.rows[1].table = ClinicalTable::kDrugs;
  person.masked.rows[1][ReleaseColumn::kCode] = "I10";
  std::string bytes;
  AppendPerson(person, &bytes);
  const NumberedPerson read = DecodePerson(bytes);
  EXPECT_EQ(read.record, person.record);
  EXPECT_EQ(read.number, person.number);
  EXPECT_EQ(read.masked.values, person.masked.values);
  EXPECT_EQ(read.masked.death, person.masked.death);
  ASSERT_EQ(read.masked.rows.size(), 2);
  EXPECT_EQ(read.masked.rows[1].table, ClinicalTable::kDrugs);
  EXPECT_EQ(read.masked.rows[1][ReleaseColumn::kCode], "I10");
}

}  // namespace
}  // namespace blindlink::agent
