#include "agent/tokenize/record_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/address_reference/address_reference.h"
#include "common/base/files.h"
#include "common/plan/plan_defaults.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// No match key uses the fields that begin with "other".
constexpr char kPlan[] = R"(
  name: "test" version: 1 description: "For tests." standardizer_version: "3"
  fields { name: "other_first_name" standardizer: GIVEN_NAME }
  fields { name: "first_name" standardizer: GIVEN_NAME }
  fields { name: "last_name" standardizer: SURNAME }
  fields { name: "street_address" standardizer: STREET_ADDRESS }
  fields { name: "zip" standardizer: POSTAL_CODE }
  fields { name: "other_date" standardizer: DATE }
  match_keys { name: "a" id: 1 components { field: "street_address" } components { field: "zip" } }
  match_keys { name: "n" id: 2 components { field: "first_name" } components { field: "last_name" } }
  match_rules { name: "r" level: FULL score: 1 all_of { match_key: "a" } }
)";
enum Field : size_t { kOtherFirst, kFirst, kLast, kStreet, kZip, kOtherDate };

class RecordValuesTest : public testing::Test {
 protected:
  RecordValuesTest() {
    const std::string path = (folder_ / "streets.csv").string();
    EXPECT_TRUE(WriteNewFile(path, "STREET,POSTCODE\nMaple St,02139\n", 0600).ok());
    std::vector<std::string> notes;
    reference_.emplace(*AddressReference::Read(path, &notes));
    validator_.emplace(*reference_, plan_);
  }

  // Texts by field.
  void Read(std::vector<RawTexts> texts, RecordValues* values) {
    RawRecord record;
    record.row = 7;
    record.values = std::move(texts);
    unused_.clear();
    values->Read(record, &unused_);
  }
  void Read(std::vector<RawTexts> texts) { Read(std::move(texts), &values_); }
  std::vector<std::string> TextsOf(size_t field) const {
    std::vector<std::string> texts;
    for (const StandardValue& value : values_.Of(field)) texts.push_back(value.text);
    return texts;
  }
  // "field:reason" each.
  std::vector<std::string> Unused() const {
    std::vector<std::string> unused;
    for (const UnusedValue& value : unused_) {
      unused.push_back(std::to_string(value.field) + ":" + value.reason);
    }
    return unused;
  }

  TemporaryFolder folder_;
  const Plan plan_ = *Plan::Parse(kPlan);
  const TokenRecipe recipe_ = MakeValueRecipe(plan_);
  std::optional<AddressReference> reference_;
  std::optional<AddressValidator> validator_;
  RecordValues values_{plan_, recipe_, {}, nullptr, FieldsRead::kAll};
  std::vector<UnusedValue> unused_;
};

TEST_F(RecordValuesTest, EachFieldIsStandardizedByThePlan) {
  Read({{}, {"ann", "ANN", "Sue"}, {"-"}, {"12 maple street"}, {"02139"}, {"1970-02-31"}});
  EXPECT_THAT(TextsOf(kFirst), ElementsAre("ANN", "SUE"));
  EXPECT_THAT(TextsOf(kLast), IsEmpty());
  EXPECT_THAT(TextsOf(kStreet), ElementsAre("12 MAPLE ST"));
  EXPECT_THAT(Unused(), ElementsAre("5:impossible-date"));
}

TEST_F(RecordValuesTest, ADamagedValueCountsOnlyWithoutAUsableOne) {
  Read({{}, {}, {}, {}, {}, {"1970-02-31"}});
  EXPECT_THAT(TextsOf(kOtherDate), ElementsAre("19700231"));
  Read({{}, {}, {}, {}, {}, {"1970-02-31", "1970-02-13"}});
  EXPECT_THAT(TextsOf(kOtherDate), ElementsAre("19700213"));
  EXPECT_THAT(Unused(), ElementsAre("5:impossible-date"));
}

TEST_F(RecordValuesTest, ThePlanSaysWhichDatesAreTooEarly) {
  Read({{}, {}, {}, {}, {}, {"1845-02-03"}});
  EXPECT_THAT(Unused(), IsEmpty());
  const Plan plan = *Plan::Parse(absl::StrCat(kPlan, " limits { earliest_year: 1900 }"));
  RecordValues values(plan, recipe_, {}, nullptr, FieldsRead::kAll);
  RawRecord record;
  record.values = {{}, {}, {}, {}, {}, {"1845-02-03"}};
  std::vector<UnusedValue> unused;
  values.Read(record, &unused);
  ASSERT_EQ(unused.size(), 1u);
  EXPECT_STREQ(unused[0].reason, "date-too-early");
}

// StandardizeOptions cannot include the plan's defaults.
TEST(StandardizeOptionsTest, TheEarliestYearIsThatOfPlansThatDoNotSay) {
  EXPECT_EQ(StandardizeOptions().earliest_year, static_cast<int>(kDefaultEarliestYear));
}

TEST_F(RecordValuesTest, OutcomesCountTheTextsOfAField) {
  Read({{}, {"ann", "ANN", "-"}, {"Roe"}, {}, {}, {"1970-02-31", "1900-01-01"}});
  EXPECT_EQ(values_.OutcomesOf(kOtherFirst).missing, 0u);
  EXPECT_EQ(values_.OutcomesOf(kFirst).missing, 1u);
  EXPECT_EQ(values_.OutcomesOf(kFirst).changed, 1u);
  const TextOutcomes& dates = values_.OutcomesOf(kOtherDate);
  ASSERT_EQ(dates.unused.size(), 2u);
  EXPECT_EQ(dates.unused[0].state, ValueState::kInvalid);
  EXPECT_EQ(dates.unused[1].state, ValueState::kPlaceholder);
}

TEST_F(RecordValuesTest, TheNamesOfAFictitiousPersonAreRemoved) {
  Read({{}, {"Mickey"}, {"Mouse"}, {}, {}, {}});
  EXPECT_THAT(TextsOf(kFirst), IsEmpty());
  EXPECT_THAT(TextsOf(kLast), IsEmpty());
  EXPECT_THAT(Unused(), ElementsAre("1:fictitious-person", "2:fictitious-person"));
  EXPECT_EQ(values_.OutcomesOf(kFirst).changed, 0u);
  ASSERT_EQ(values_.OutcomesOf(kFirst).unused.size(), 1u);
  EXPECT_EQ(values_.OutcomesOf(kFirst).unused[0].state, ValueState::kPlaceholder);
  Read({{}, {"Mickey"}, {"Rooney"}, {}, {}, {}});
  EXPECT_THAT(TextsOf(kFirst), ElementsAre("MICKEY"));
  EXPECT_THAT(Unused(), IsEmpty());
}

TEST_F(RecordValuesTest, ANameThatMakesNoTokensMakesNobodyFictitious) {
  Read({{"Mickey"}, {"Anna"}, {"Mouse"}, {}, {}, {}});
  EXPECT_THAT(TextsOf(kOtherFirst), ElementsAre("MICKEY"));
  EXPECT_THAT(TextsOf(kLast), ElementsAre("MOUSE"));
}

TEST_F(RecordValuesTest, FieldsThatMakeNoTokensAreReadOnlyOnRequest) {
  RecordValues used(plan_, recipe_, {}, nullptr, FieldsRead::kUsed);
  Read({{}, {"Ann"}, {"Roe"}, {}, {}, {"1970-02-31"}}, &used);
  EXPECT_EQ(used.Of(kFirst).size(), 1u);
  EXPECT_THAT(used.Of(kOtherDate), IsEmpty());
  EXPECT_THAT(unused_, IsEmpty());
}

TEST_F(RecordValuesTest, ACorrectedAddressIsAddedAndToldFromWhatTheRecordStates) {
  RecordValues values(plan_, recipe_, {}, &*validator_, FieldsRead::kAll);
  Read({{}, {}, {}, {"12 Mapel St"}, {"02139"}, {}}, &values);
  ASSERT_EQ(values.Of(kStreet).size(), 2u);
  EXPECT_EQ(values.Of(kStreet)[1].text, "12 MAPLE ST");
  EXPECT_EQ(values.StatedOf(kStreet).size(), 1u);
  EXPECT_EQ(values.StatedOf(kZip).size(), 1u);
  EXPECT_EQ(values.OutcomesOf(kStreet).changed, 1u);
  ASSERT_EQ(values.address_findings().changes.size(), 1u);
  EXPECT_EQ(values.address_findings().changes[0].row, 7u);
  Read({{}, {}, {}, {"12 Maple St"}, {"02139"}, {}}, &values);
  EXPECT_EQ(values.Of(kStreet).size(), 1u);
  EXPECT_EQ(values.StatedOf(kStreet).size(), 1u);
  EXPECT_THAT(values.address_findings().changes, IsEmpty());
}

TEST_F(RecordValuesTest, AddressFieldsThatMakeNoTokensAreNotValidated) {
  std::string text = kPlan;
  text.replace(text.find("components { field: \"zip\" }"), 27,
               "components { field: \"last_name\" }");
  const Plan plan = *Plan::Parse(text);
  const TokenRecipe recipe = MakeValueRecipe(plan);
  RecordValues values(plan, recipe, {}, &*validator_, FieldsRead::kAll);
  Read({{}, {}, {}, {"12 Mapel St"}, {"02139"}, {}}, &values);
  EXPECT_EQ(values.Of(kStreet).size(), 1u) << "no place without the ZIP";
  EXPECT_EQ(values.Of(kZip).size(), 1u);
}

}  // namespace
}  // namespace blindlink::agent
