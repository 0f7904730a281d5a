#include "agent/input/column_roles.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace blindlink::agent {
namespace {

std::string RoleOf(const std::string& header) {
  const std::string normalized = NormalizeHeader(header);
  for (const ColumnRole& role : BuiltInRoles()) {
    for (const absl::string_view known : role.headers) {
      if (known == normalized) return std::string(role.name);
    }
  }
  return "";
}

TEST(ColumnRoles, UsualHeadersAreKnown) {
  EXPECT_EQ(RoleOf("rec_id"), "record_id");
  EXPECT_EQ(RoleOf("Record ID"), "record_id");
  EXPECT_EQ(RoleOf("MEMBER_ID"), "record_id");
  EXPECT_EQ(RoleOf("given_name"), "first_name");
  EXPECT_EQ(RoleOf("soc_sec_id"), "ssn");
  EXPECT_EQ(RoleOf("mailing_address_zipcode"), "zip");
  EXPECT_EQ(RoleOf("suburb"), "city");
  EXPECT_EQ(RoleOf("birthDate"), "date_of_birth");
  EXPECT_EQ(RoleOf("name.family"), "last_name");
  EXPECT_EQ(RoleOf("nameMiddle"), "middle_name");
  EXPECT_EQ(RoleOf("addressStreet1"), "street_address");
  EXPECT_EQ(RoleOf("Passport No."), "passport_number");
  EXPECT_EQ(RoleOf("Codice Fiscale"), "national_number");
  EXPECT_EQ(RoleOf("national_id"), "national_number");
}

TEST(ColumnRoles, WhatNamesTheTruthIsNoRecordId) {
  EXPECT_EQ(RoleOf("simulant_id"), "");
  EXPECT_EQ(RoleOf("household_id"), "");
}

TEST(ColumnRoles, NoHeaderStandsForTwoRolesAndAllAreWrittenNormalized) {
  std::map<absl::string_view, absl::string_view> seen;
  for (const ColumnRole& role : BuiltInRoles()) {
    EXPECT_EQ(FindRole(role.name), &role);
    for (const absl::string_view header : role.headers) {
      EXPECT_EQ(NormalizeHeader(header), header);
      EXPECT_TRUE(seen.emplace(header, role.name).second)
          << header << " stands for " << role.name << " and " << seen[header];
    }
  }
}

}  // namespace
}  // namespace blindlink::agent
