#include "resolver/linkage/meeting_table.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "common/base/files.h"

namespace blindlink::resolver {
namespace {

// A record's side of a meeting: its forms other than the base form, by field.
using Forms = std::map<std::string, v1::Form>;

class MeetingTableTest : public testing::Test {
 protected:
  void Load(const std::string& plan_name) {
    const auto text = ReadFile(std::filesystem::path(BLINDLINK_SOURCE_DIR) / "deploy" / "plans" /
                               (plan_name + ".textproto"));
    ASSERT_TRUE(text.ok()) << text.status();
    LoadText(*text);
  }

  void LoadText(const std::string& text) {
    auto plan = Plan::Parse(text);
    ASSERT_TRUE(plan.ok()) << plan.status();
    plan_.emplace(*std::move(plan));
    auto table = MeetingTable::Make(*plan_);
    ASSERT_TRUE(table.ok()) << table.status();
    table_.emplace(*std::move(table));
  }

  size_t KeyIndex(const std::string& name) const {
    size_t i = 0;
    while (plan_->match_keys().at(i).name != name) ++i;
    return i;
  }

  uint8_t Code(const std::string& key_name, const Forms& forms, bool exchanged) const {
    const MatchKeyLayout& key = plan_->match_keys()[KeyIndex(key_name)];
    std::vector<uint8_t> indices;
    for (const ComponentLayout& component : key.components) {
      const auto form = forms.find(plan_->proto().fields(static_cast<int>(component.field)).name());
      size_t index = 0;
      if (form != forms.end()) {
        while (component.forms.at(index) != form->second) ++index;
      }
      indices.push_back(static_cast<uint8_t>(index));
    }
    return key.EncodeForms(indices, exchanged);
  }

  const MeetingTable::Conditions* Meet(const std::string& key, const Forms& left,
                                       const Forms& right, bool left_exchanged = false,
                                       bool right_exchanged = false) const {
    return table_->Find(KeyIndex(key), Code(key, left, left_exchanged),
                        Code(key, right, right_exchanged));
  }

  // The rule of a pair with only this meeting; "" if none holds, "forbidden" if the forms may not
  // meet.
  std::string Rule(const std::string& key, const Forms& left, const Forms& right,
                   bool left_exchanged = false) const {
    const auto* satisfied = Meet(key, left, right, left_exchanged);
    if (satisfied == nullptr) return "forbidden";
    const int rule = table_->FirstRule(*satisfied);
    return rule < 0 ? "" : plan_->proto().match_rules(rule).name();
  }

  std::optional<Plan> plan_;
  std::optional<MeetingTable> table_;
};

constexpr char kKey[] = "name-address-dob";

TEST_F(MeetingTableTest, EachOfTheReportsFiveRulesIsReachedByItsOwnForms) {
  Load("mini-sentinel-phase2");
  EXPECT_EQ(Rule(kKey, {}, {}), "exact-name-exact-address");
  EXPECT_EQ(Rule(kKey, {{"first_name", v1::NICKNAME_ROOT}}, {}), "close-name-exact-address");
  EXPECT_EQ(Rule(kKey, {}, {{"street_address", v1::WITHOUT_UNIT}}), "exact-name-close-address");
  EXPECT_EQ(Rule(kKey, {{"first_name", v1::NICKNAME_ROOT}}, {{"street_address", v1::STREET_CORE}}),
            "close-name-close-address");
  EXPECT_EQ(Rule(kKey, {}, {{"date_of_birth", v1::DAY_MONTH_SWAPPED}}),
            "exact-name-exact-address-swapped-dob");
}

TEST_F(MeetingTableTest, ASwappedDateNeedsAllElseExact) {
  Load("mini-sentinel-phase2");
  EXPECT_EQ(
      Rule(kKey, {{"date_of_birth", v1::DAY_MONTH_SWAPPED}}, {{"first_name", v1::NICKNAME_ROOT}}),
      "");
  EXPECT_EQ(
      Rule(kKey, {{"date_of_birth", v1::DAY_MONTH_SWAPPED}}, {{"street_address", v1::STREET_CORE}}),
      "");
}

TEST_F(MeetingTableTest, TwoSwappedDatesDoNotMeetButTwoNicknameRootsDo) {
  Load("mini-sentinel-phase2");
  const Forms swapped = {{"date_of_birth", v1::DAY_MONTH_SWAPPED}};
  const Forms root = {{"first_name", v1::NICKNAME_ROOT}};
  EXPECT_EQ(Rule(kKey, swapped, swapped), "forbidden");
  EXPECT_EQ(Rule(kKey, root, root), "close-name-exact-address");
}

TEST_F(MeetingTableTest, TwoDifferentVariantsOfOneComponentNeverMeet) {
  Load("mini-sentinel-phase2");
  EXPECT_EQ(
      Rule(kKey, {{"street_address", v1::WITHOUT_UNIT}}, {{"street_address", v1::STREET_CORE}}),
      "forbidden");
}

TEST_F(MeetingTableTest, TheMeetingIsTheSameFromBothSides) {
  Load("mini-sentinel-phase1");
  const size_t codes = plan_->match_keys()[0].FormCodeCount();
  for (size_t left = 0; left < codes; ++left) {
    for (size_t right = 0; right < codes; ++right) {
      const auto* one = table_->Find(0, static_cast<uint8_t>(left), static_cast<uint8_t>(right));
      const auto* other = table_->Find(0, static_cast<uint8_t>(right), static_cast<uint8_t>(left));
      ASSERT_EQ(one, other) << left << " " << right;
    }
  }
}

TEST_F(MeetingTableTest, ThePartialRuleStandsBelowTheFullOnes) {
  Load("mini-sentinel-phase1");
  EXPECT_EQ(Rule("name-dob", {}, {}), "partial-name-dob");
  const MeetingTable::Conditions both = *Meet("name-dob", {}, {}) | *Meet(kKey, {}, {});
  EXPECT_EQ(plan_->proto().match_rules(table_->FirstRule(both)).name(), "exact-name-exact-address");
}

constexpr char kNamesAndPlace[] = R"(
  name: "p" version: 1 description: "d" standardizer_version: "3"
  fields { name: "first_name" standardizer: GIVEN_NAME }
  fields { name: "last_name" standardizer: SURNAME }
  fields { name: "date_of_birth" standardizer: DATE }
  fields { name: "zip" standardizer: POSTAL_CODE }
  match_keys { name: "name-dob" id: 1
    components { field: "first_name" } components { field: "last_name" }
    components { field: "date_of_birth" }
    exchange { first: "first_name" second: "last_name" } }
  match_keys { name: "last-dob" id: 2
    components { field: "last_name" } components { field: "date_of_birth" } }
  match_keys { name: "dob-zip" id: 3
    components { field: "date_of_birth" } components { field: "zip" } }
  match_rules { name: "exchanged-name-dob" level: FULL score: 0.9
    all_of { match_key: "name-dob" accept_exchange: true } }
  match_rules { name: "last-dob-zip" level: FULL score: 0.8
    all_of { match_key: "last-dob" } all_of { match_key: "dob-zip" } })";

TEST_F(MeetingTableTest, AnExchangedTokenMeetsAnUnexchangedOneOnly) {
  LoadText(kNamesAndPlace);
  EXPECT_EQ(Rule("name-dob", {}, {}, true), "exchanged-name-dob");
  EXPECT_EQ(Meet("name-dob", {}, {}, true, true), nullptr);
}

TEST_F(MeetingTableTest, ConditionsOfOneRuleMayBeMetByDifferentTokens) {
  LoadText(kNamesAndPlace);
  EXPECT_EQ(Rule("last-dob", {}, {}), "");
  EXPECT_EQ(Rule("dob-zip", {}, {}), "");
  const MeetingTable::Conditions both = *Meet("last-dob", {}, {}) | *Meet("dob-zip", {}, {});
  EXPECT_EQ(plan_->proto().match_rules(table_->FirstRule(both)).name(), "last-dob-zip");
}

}  // namespace
}  // namespace blindlink::resolver
