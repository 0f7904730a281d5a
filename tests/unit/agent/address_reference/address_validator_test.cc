#include "agent/address_reference/address_validator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/standardize/standardize.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;

constexpr char kPlan[] = R"(
  name: "test" version: 1 description: "For tests." standardizer_version: "3"
  fields { name: "street_address" standardizer: STREET_ADDRESS }
  fields { name: "city" standardizer: CITY }
  fields { name: "state" standardizer: STATE }
  fields { name: "zip" standardizer: POSTAL_CODE }
  match_keys { name: "k" id: 1 components { field: "street_address" } components { field: "zip" } }
  match_rules { name: "r" level: FULL score: 1 all_of { match_key: "k" } }
)";

constexpr char kReference[] =
    "STREET,CITY,REGION,POSTCODE\n"
    "Maple St,Boston,MA,02139\n"
    "Marble St,Boston,MA,02139\n"
    "Cedar Ave,Boston,MA,02139\n"
    "Cedar Rd,Boston,MA,02139\n"
    "Washington Ave,Boston,MA,02139\n"
    "9th Ave,Boston,MA,02139\n"
    "Harbor Way,Boston,MA,02144\n"
    "Ocean Dr,Boston,MA,02144\n"
    "Ocean Dr,Boston,MA,02145\n";

class AddressValidatorTest : public testing::Test {
 protected:
  AddressValidatorTest() {
    const std::string path = (folder_ / "reference.csv").string();
    EXPECT_TRUE(WriteNewFile(path, kReference, 0600).ok());
    std::vector<std::string> notes;
    reference_ = std::make_unique<AddressReference>(*AddressReference::Read(path, &notes));
    validator_ = std::make_unique<AddressValidator>(*reference_, plan_);
  }

  // "outcome: street|street zip|zip", of a record in Boston.
  std::string Validated(absl::string_view street, absl::string_view zip,
                        absl::string_view city = "Boston") {
    const absl::string_view raw[] = {street, city, "MA", zip};
    std::vector<std::vector<StandardValue>> values;
    for (int i = 0; i < 4; ++i) {
      values.push_back(Standardize(plan_.proto().fields(i).standardizer(), raw[i], {}).values);
    }
    findings_ = {};
    validator_->Apply(5, &values, &findings_);
    std::string out;
    for (size_t i = 0; i < kAddressOutcomes; ++i) {
      if (findings_.counts[i] == 0) continue;
      absl::StrAppend(&out, AddressOutcomeName(static_cast<AddressOutcome>(i)));
    }
    const auto text = [](std::string* to, const StandardValue& value) { *to += value.text; };
    return absl::StrCat(out, ": ", absl::StrJoin(values[0], "|", text), " ",
                        absl::StrJoin(values[3], "|", text));
  }

  TemporaryFolder folder_;
  const Plan plan_ = *Plan::Parse(kPlan);
  std::unique_ptr<AddressReference> reference_;
  std::unique_ptr<AddressValidator> validator_;
  AddressFindings findings_;
};

TEST_F(AddressValidatorTest, AStreetThatIsThereIsConfirmedAndNothingIsAdded) {
  EXPECT_EQ(Validated("12 Maple Street", "02139"), "confirmed: 12 MAPLE ST 02139");
  EXPECT_EQ(Validated("12 Maple Street", "02139-4307"), "confirmed: 12 MAPLE ST 021394307");
  EXPECT_TRUE(findings_.changes.empty());
}

TEST_F(AddressValidatorTest, AMisspeltStreetIsCompletedByTheOneThatIsNear) {
  EXPECT_EQ(Validated("12 Mapel St Apt 4", "02139"),
            "corrected: 12 MAPEL ST #4|12 MAPLE ST #4 02139");
  ASSERT_EQ(findings_.changes.size(), 1u);
  EXPECT_EQ(findings_.changes[0].row, 5u);
  EXPECT_EQ(findings_.changes[0].distance, 1);
  EXPECT_EQ(Validated("12 Wahsingtn Ave", "02139"),
            "corrected: 12 WAHSINGTN AVE|12 WASHINGTON AVE 02139");
  EXPECT_EQ(findings_.changes[0].distance, 2);
}

TEST_F(AddressValidatorTest, OfStreetsEquallyNearTheOneOfTheSameSuffixIsMeant) {
  EXPECT_EQ(Validated("12 Ceder Ave", "02139"), "corrected: 12 CEDER AVE|12 CEDAR AVE 02139");
  EXPECT_EQ(Validated("12 Ceder", "02139"), "ambiguous: 12 CEDER 02139");
  EXPECT_EQ(Validated("12 Cedar Blvd", "02139"), "ambiguous: 12 CEDAR BLVD 02139");
}

TEST_F(AddressValidatorTest, AWrongOrMissingSuffixIsCompletedWhereThereIsOneStreetOfTheName) {
  EXPECT_EQ(Validated("12 Maple", "02139"), "corrected: 12 MAPLE|12 MAPLE ST 02139");
  EXPECT_EQ(findings_.changes[0].distance, 0);
  EXPECT_EQ(Validated("12 Maple Rd", "02139"), "corrected: 12 MAPLE RD|12 MAPLE ST 02139");
}

TEST_F(AddressValidatorTest, AMissingOrWrongZipIsFilledWhereTheStreetHasOne) {
  EXPECT_EQ(Validated("5 Harbor Way", ""), "zip filled: 5 HARBOR WAY 02144");
  EXPECT_EQ(Validated("5 Harbor Way", "02139"), "zip filled: 5 HARBOR WAY 02139|02144");
  EXPECT_EQ(Validated("5 Ocean Dr", ""), "confirmed: 5 OCEAN DR ");
}

TEST_F(AddressValidatorTest, WhatIsFarOffOrTooShortOrANumberIsLeftAsItIs) {
  EXPECT_EQ(Validated("12 Nowhere St", "02139"), "unknown: 12 NOWHERE ST 02139");
  EXPECT_EQ(Validated("12 8th Ave", "02139"), "unknown: 12 8TH AVE 02139");
  EXPECT_EQ(Validated("12 Maple St", "90210", "Beverly"), "unknown: 12 MAPLE ST 90210");
  EXPECT_EQ(Validated("PO Box 12", "02139"), ": POBOX 12 02139");
}

}  // namespace
}  // namespace blindlink::agent
