#include "agent/clinical/sort/row_encoding.h"

#include <gtest/gtest.h>

#include <string>

namespace blindlink::agent {
namespace {

TEST(RowEncodingTest, ARowComesBackAsItWas) {
  ClinicalRow row;
  row.table = ClinicalTable::kDrugs;
  row.person = "P1";
  row.visit = std::string(300, 'v');
  row.seq = 70'000;
  row.start = absl::CivilDay(1850, 1, 1);
  row.end = absl::CivilDay(2149, 12, 31);
  row.control_number = "a";
  row.setting = "b";
  row.provider = "c";
  row.payer = "d";
  row.amount = "e";
  row.code = "f";
  row.code_system = "g";
  row.name = "h";
  row.certainty = "i";
  row.sex = "F";
  row.zip = "k";
  row.birth = absl::CivilDay(1950, 2, 1);
  row.birth_year = 1950;
  row.death = absl::CivilDay(2021, 5, 6);
  row.further = {{"race", "white"}, {"state", ""}};
  row.file = 3;
  row.number = uint64_t{1} << 40;
  std::string bytes;
  AppendClinicalRow(row, &bytes);
  const ClinicalRow back = DecodeClinicalRow(bytes);
  std::string again;
  AppendClinicalRow(back, &again);
  EXPECT_EQ(again, bytes);
  EXPECT_EQ(back.visit, row.visit);
  EXPECT_EQ(back.start, row.start);
  EXPECT_EQ(back.end, row.end);
  EXPECT_EQ(back.birth_year, row.birth_year);
  EXPECT_EQ(back.further, row.further);
  EXPECT_EQ(back.number, row.number);
  EXPECT_EQ(back.zip, "k");
}

TEST(RowEncodingTest, WhatARowDoesNotHaveStaysAbsent) {
  std::string bytes;
  AppendClinicalRow(ClinicalRow(), &bytes);
  EXPECT_LE(bytes.size(), 40u);
  const ClinicalRow back = DecodeClinicalRow(bytes);
  EXPECT_FALSE(back.start.has_value());
  EXPECT_FALSE(back.birth_year.has_value());
  EXPECT_TRUE(back.further.empty());
}

}  // namespace
}  // namespace blindlink::agent
