#include "agent/input/column_mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "agent/standardize/address/address_text.h"

namespace blindlink::agent {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Plan MakePlan() {
  absl::StatusOr<Plan> plan = Plan::Parse(R"(
    name: "test" version: 1 description: "For tests." standardizer_version: "3"
    fields { name: "first_name" standardizer: GIVEN_NAME }
    fields { name: "last_name" standardizer: SURNAME }
    fields { name: "last_name_kana" standardizer: SURNAME }
    fields { name: "date_of_birth" standardizer: DATE }
    fields { name: "street_address" standardizer: STREET_ADDRESS }
    fields { name: "zip" standardizer: POSTAL_CODE }
    match_keys {
      name: "name-dob" id: 1
      components { field: "first_name" } components { field: "last_name" }
      components { field: "date_of_birth" }
    }
    match_rules { name: "name-dob" level: FULL score: 0.9 all_of { match_key: "name-dob" } }
  )");
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

absl::StatusOr<ColumnMapping> Map(absl::string_view headers, absl::string_view stated = "") {
  static const Plan& plan = *new Plan(MakePlan());
  return MapColumns(std::vector<std::string>(absl::StrSplit(headers, '|')), stated, plan);
}

// "role<header|role<header"
std::string Show(const absl::StatusOr<ColumnMapping>& mapping) {
  if (!mapping.ok()) return std::string(mapping.status().message());
  std::string out;
  for (const MappedColumn& mapped : mapping->columns) {
    out += (out.empty() ? "" : "|") + mapped.role + "<" + mapped.header;
  }
  return out;
}

TEST(ColumnMapping, FebrlHeadersAreRecognized) {
  EXPECT_EQ(Show(Map("rec_id|given_name|surname|street_number|address_1|address_2|suburb|postcode|"
                     "state|date_of_birth|soc_sec_id")),
            "record_id<rec_id|first_name<given_name|last_name<surname|date_of_birth<date_of_birth|"
            "street_address<address_1|house_number<street_number|address_line2<address_2|"
            "zip<postcode");
}

TEST(ColumnMapping, PcornetClaimsAndFhirHeadersAreRecognized) {
  EXPECT_EQ(Show(Map("PATID|PAT_FIRSTNAME|PAT_LASTNAME|PAT_MAIDENNAME|BIRTH_DATE|ADDRESS_ZIP5")),
            "record_id<PATID|first_name<PAT_FIRSTNAME|last_name<PAT_LASTNAME|"
            "maiden_name<PAT_MAIDENNAME|date_of_birth<BIRTH_DATE|zip<ADDRESS_ZIP5");
  EXPECT_EQ(Show(Map("MEMBER_ID|MBR_FIRST_NM|MBR_LAST_NM|MBR_DOB")),
            "record_id<MEMBER_ID|first_name<MBR_FIRST_NM|last_name<MBR_LAST_NM|"
            "date_of_birth<MBR_DOB");
  EXPECT_EQ(Show(Map("id|name.family|name.given|birthDate|address.line|address.postalCode")),
            "record_id<id|first_name<name.given|last_name<name.family|date_of_birth<birthDate|"
            "street_address<address.line|zip<address.postalCode");
}

TEST(ColumnMapping, AFieldOfAnyOtherNameTakesTheHeaderOfThatName) {
  EXPECT_THAT(Show(Map("id|LAST_NAME_KANA|last_name")), HasSubstr("last_name_kana<LAST_NAME_KANA"));
}

TEST(ColumnMapping, WhatTheUserStatesReplacesRecognitionForTheseRoles) {
  const auto mapping = Map("id|key|first|A, B|last", "record_id=key, last_name=A, B,first_name=");
  EXPECT_EQ(Show(mapping), "record_id<key|last_name<A, B");
  EXPECT_THAT(mapping->unused_headers, ElementsAre("id", "first", "last"));
  EXPECT_EQ(Show(Map("id|now|before", "last_name=now,last_name=before")),
            "record_id<id|last_name<now|last_name<before");
}

TEST(ColumnMapping, TwoColumnsForOneRoleAreReported) {
  const auto mapping = Map("id|dob|birth_date");
  EXPECT_EQ(Show(mapping), "record_id<id|date_of_birth<birth_date");
  EXPECT_THAT(mapping->notes, ElementsAre(HasSubstr("also possible: dob")));
}

TEST(ColumnMapping, AFieldWithoutAColumnIsReported) {
  const auto mapping = Map("id|name|house_number");
  EXPECT_EQ(Show(mapping), "record_id<id|full_name<name|house_number<house_number");
  EXPECT_THAT(mapping->fields_without_column,
              ElementsAre("last_name_kana", "date_of_birth", "street_address", "zip"));
  EXPECT_THAT(mapping->ToText(), HasSubstr("zip              <- no column"));
}

TEST(ColumnMapping, AFullNameIsNotUsedNextToALastName) {
  const auto mapping = Map("id|name|last_name");
  EXPECT_EQ(Show(mapping), "record_id<id|last_name<last_name");
  EXPECT_THAT(mapping->unused_headers, Contains("name"));
}

TEST(ColumnMapping, IdsOfHealthSystemsAndAddressesOfTheirFormsAreRecognized) {
  for (const char* id : {"source_person_id", "party_id", "EnterpriseID", "EMPI"}) {
    EXPECT_THAT(Show(Map(absl::StrCat(id, "|first|last"))),
                HasSubstr(absl::StrCat("record_id<", id)));
  }
  const auto two = Map("MRN|EnterpriseID|first|last");
  EXPECT_THAT(Show(two), HasSubstr("record_id<EnterpriseID"));
  EXPECT_THAT(two->notes,
              ElementsAre(AllOf(HasSubstr("record_id"), HasSubstr("also possible: MRN"))));
  EXPECT_THAT(Show(Map("id|addressStreet1|addressStreet2|last")),
              HasSubstr("street_address<addressStreet1"));
}

TEST(ColumnMapping, TwoColumnsOfOneNameAreSaidWithAdviceThatCanBeFollowed) {
  EXPECT_THAT(Map("id|last|dob|dob")->notes,
              ElementsAre(AllOf(HasSubstr("2 columns are named \"dob\""), HasSubstr("rename"))));
}

TEST(ColumnMapping, WhatCannotBeMappedIsRefusedNamingTheColumnsThereAre) {
  EXPECT_THAT(
      Show(Map("simulant_id|first_name|last_name")),
      AllOf(HasSubstr("record id"), HasSubstr("Columns: simulant_id, first_name, last_name"),
            HasSubstr("--columns 'record_id=COLUMN'")));
  EXPECT_THAT(Show(Map("id|x|y")), HasSubstr("may hold values"));
  EXPECT_THAT(Show(Map("patient_id|visit date|y")),
              HasSubstr("Columns: patient_id, visit date, y"));
  EXPECT_THAT(Show(Map("id|first", "first_name=given")), HasSubstr("no column \"given\""));
  EXPECT_THAT(Show(Map("id|first", "firstname=first")), HasSubstr("unknown role \"firstname\""));
  EXPECT_THAT(Show(Map("id|first|ssn", "ssn=ssn")), HasSubstr("no field that uses the role"));
  EXPECT_THAT(Show(Map("id|first", "first")), HasSubstr("role=column"));
}

TEST(AddressText, PartsArePutTogether) {
  EXPECT_EQ(ComposeAddress({.house_number = "12", .street_name = "Main St", .unit = "4"}),
            "12 Main St UNIT 4");
  EXPECT_EQ(ComposeAddress({.house_number = "12", .street_name = "Main St", .unit = "apt 4"}),
            "12 Main St apt 4");
  EXPECT_EQ(ComposeAddress({.po_box = "7091"}), "PO BOX 7091");
  EXPECT_EQ(ComposeAddress({.street_address = "12 Main St", .line2 = "Apt 2"}), "12 Main St Apt 2");
  EXPECT_EQ(
      ComposeAddress({.house_number = "8", .street_address = "stanley street", .line2 = "miami"}),
      "8 stanley street");
  EXPECT_EQ(ComposeAddress({.house_number = "12", .street_address = "12 Main St"}), "12 Main St");
  EXPECT_THAT(ComposeAddress({.house_number = "12", .unit = "4", .line2 = "Apt 2"}), IsEmpty());
}

TEST(AddressText, ABuildingBesideAUnitIsLeftOut) {
  EXPECT_EQ(ComposeAddress({.street_address = "12 Main St", .line2 = "Brown Towers Apt 4"}),
            "12 Main St Apt 4");
  EXPECT_EQ(ComposeAddress({.street_address = "12 Main St", .line2 = "Villa 36"}),
            "12 Main St Villa 36");
}

TEST(AddressText, TheStreetMayStandInTheSecondLine) {
  const auto second = [](absl::string_view line1, absl::string_view line2) {
    return StreetIsInSecondLine({.street_address = line1, .line2 = line2});
  };
  EXPECT_TRUE(second("Sunrise Care Home", "12 Main St"));
  EXPECT_TRUE(second("c/o Mary Smith", "12 Main St Apt 4"));
  EXPECT_TRUE(second("Sunrise Manor", "12 Broadway"));
  EXPECT_TRUE(second("", "12 Main St"));
  EXPECT_FALSE(second("12 Main St", "Sunrise Care Home"));
  EXPECT_FALSE(second("12 Main St", "14 Main St"));
  EXPECT_FALSE(second("Main Street", "4B"));
  EXPECT_FALSE(second("Oak Lane", "12 B"));
  EXPECT_FALSE(second("PO Box 12", "12 Main St"));
  EXPECT_FALSE(second("Memorial Hospital", "2 East"));
}

TEST(ColumnMapping, ADateMayHaveAColumnForEachPart) {
  EXPECT_EQ(Show(Map("id|birth_year|birth_month|birth_day")),
            "record_id<id|birth_year<birth_year|birth_month<birth_month|birth_day<birth_day");
  EXPECT_EQ(Show(Map("person_id|year_of_birth|month_of_birth|day_of_birth")),
            "record_id<person_id|birth_year<year_of_birth|birth_month<month_of_birth|birth_day<day_"
            "of_birth");
  EXPECT_EQ(Show(Map("id|BirthYear|BirthMonth|BirthDay")),
            "record_id<id|birth_year<BirthYear|birth_month<BirthMonth|birth_day<BirthDay");
}

TEST(ColumnMapping, ADayOfBirthIsNoDateOfBirth) {
  const auto mapping = Map("id|first_name|birth_day");
  EXPECT_EQ(Show(mapping), "record_id<id|first_name<first_name|birth_day<birth_day");
  EXPECT_THAT(mapping->fields_without_column, Contains("date_of_birth"));
  EXPECT_EQ(Show(Map("id|birthday")), "record_id<id|date_of_birth<birthday");
}

}  // namespace
}  // namespace blindlink::agent
