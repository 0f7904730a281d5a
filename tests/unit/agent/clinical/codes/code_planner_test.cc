#include "agent/clinical/codes/code_planner.h"

#include <set>

#include "agent/clinical/codes/code_text.h"
#include "gmock/gmock.h"
#include "tests/unit/agent/clinical/codes/small_codes.h"

namespace blindlink::agent {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::UnorderedElementsAre;

class CodePlannerTest : public testing::Test {
 protected:
  CodePlannerTest() {
    codes_.WriteIcd10();
    book_ = codes_.Book();
    target_.system = kIcd10Cm;
    target_.levels = book_.DefaultLevels(kIcd10Cm);
  }

  struct Group {
    int persons;
    std::vector<std::string> codes;
  };
  CodeSurvey Survey(const std::vector<Group>& groups) {
    CodeSurveyor surveyor(book_, {target_});
    uint64_t person = 0;
    for (const Group& group : groups) {
      for (int i = 0; i < group.persons; ++i, ++person) {
        for (const std::string& code : group.codes) surveyor.Add(person, kIcd10Cm, code);
      }
    }
    return surveyor.Finish();
  }
  std::set<std::string> Planned(const std::vector<CodeSurvey>& surveys, double max_rare = 0.05) {
    const auto plans = PlanCodes(book_, {target_}, surveys, max_rare);
    EXPECT_TRUE(plans.ok()) << plans.status();
    std::set<std::string> codes;
    for (const SystemPlan& plan : *plans) {
      for (const CodeMap::Row& row : plan.rows) codes.insert(row.code);
    }
    return codes;
  }

  SmallCodes codes_;
  CodeBook book_;
  CodeTarget target_;
};

TEST_F(CodePlannerTest, ASurveyShowsNoSmallCell) {
  target_.combination = 2;
  const CodeSurvey survey = Survey({{10, {"A00.0"}}, {35, {"E11.9"}}, {14, {"E11.9", "E66.9"}}});
  const SystemSurvey& system = survey.systems.at(kIcd10Cm);
  EXPECT_EQ(system.nodes.count("A000"), 0u);
  EXPECT_EQ(system.nodes.at("E119").persons, 44u) << "49, rounded down to a multiple of 11";
  EXPECT_EQ(system.nodes.at("E669").persons, 11u);
  EXPECT_EQ(system.pairs.at(SystemSurvey::PairKey(system.nodes.at("E119").number,
                                                  system.nodes.at("E669").number)),
            11u);
  EXPECT_EQ(system.persons % kMinCell, 0u);
}

TEST_F(CodePlannerTest, ASurveyIsReadAsItWasWritten) {
  target_.combination = 2;
  const CodeSurvey survey = Survey({{35, {"E11.9"}}, {14, {"E11.9", "E66.9"}}});
  const std::string path = codes_.Path("survey.csv");
  ASSERT_TRUE(WriteFileAtomically(path, survey.ToText()).ok());
  const auto read = CodeSurvey::Open(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->ToText(), survey.ToText());
}

TEST_F(CodePlannerTest, AChangedSurveyIsRefusedWithRowAndColumn) {
  std::string text = Survey({{35, {"E11.9"}}}).ToText();
  text.replace(text.find(",33,"), 4, ",xx,");
  const std::string path = codes_.Path("survey.csv");
  ASSERT_TRUE(WriteFileAtomically(path, text).ok());
  EXPECT_THAT(std::string(CodeSurvey::Open(path).status().message()),
              HasSubstr("survey.csv, row 1, column 'persons'"));
}

TEST_F(CodePlannerTest, PersonsOfTwoSitesAreNotAdded) {
  // 10 at each site may be the same 10.
  EXPECT_TRUE(Planned({Survey({{10, {"A00.0"}}}), Survey({{10, {"A00.0"}}})}).empty());
  EXPECT_THAT(Planned({Survey({{10, {"A00.0"}}}), Survey({{11, {"A00.0"}}})}),
              UnorderedElementsAre("A000"));
}

TEST_F(CodePlannerTest, TheRestOfAGroupMustBeFrequentByItself) {
  // 12 persons have diabetes of type 2 otherwise than E11.9, 5 of them twice.
  EXPECT_THAT(Planned({Survey({{40, {"E11.9"}}, {12, {"E11.21"}}})}),
              IsSupersetOf({std::string("E119"), std::string("E1121")}));
  // 5 persons are too few for what is left of E11.
  EXPECT_THAT(Planned({Survey({{40, {"E11.9"}}, {5, {"E11.21"}}})}), UnorderedElementsAre("E119"));
}

TEST_F(CodePlannerTest, CodesThatSeldomMeetAreNotBothReleased) {
  target_.combination = 2;
  std::vector<Group> groups = {{300, {"E11.9"}}, {20, {"A00.0"}}};
  EXPECT_EQ(Planned({Survey(groups)}, 0.0001).size(), 1u);
  // Both are released if the pair is seen to be frequent.
  groups.push_back({20, {"E11.9", "A00.0"}});
  EXPECT_THAT(Planned({Survey(groups)}, 0.0001),
              IsSupersetOf({std::string("E119"), std::string("A000")}));
}

TEST_F(CodePlannerTest, TheOrderOfTheSurveysHasNoEffect) {
  target_.combination = 2;
  const CodeSurvey a = Survey({{50, {"E11.9", "E66.9"}}, {30, {"A00.0"}}});
  const CodeSurvey b = Survey({{20, {"E11.21", "A00.0"}}, {60, {"E66.9", "A00.0"}}});
  EXPECT_EQ(Planned({a, b}), Planned({b, a}));
}

TEST_F(CodePlannerTest, SurveysOfAnotherCodeBookAreRefused) {
  CodeSurvey survey = Survey({{20, {"E11.9"}}});
  survey.book_digest = "00ff";
  EXPECT_THAT(std::string(PlanCodes(book_, {target_}, {survey}, 0.05).status().message()),
              HasSubstr("all sites must use the same code book"));
}

TEST_F(CodePlannerTest, SurveysByOtherRulesAreRefusedWithTheirFile) {
  const std::string path = codes_.Path("survey-b.csv");
  ASSERT_TRUE(WriteFileAtomically(path, Survey({{20, {"E11.9"}}}).ToText()).ok());
  const auto survey = CodeSurvey::Open(path);
  ASSERT_TRUE(survey.ok()) << survey.status();
  target_.levels.pop_back();
  const absl::Status status = PlanCodes(book_, {target_}, {*survey}, 0.05).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("survey-b.csv was counted by other rules"));
}

TEST_F(CodePlannerTest, TheCodeMapAndTheOrderOfRulesMakeNoOtherRules) {
  CodeTarget other = target_;
  other.system = "ATC";
  CodeTarget mapped = target_;
  mapped.code_map = "00ff";
  EXPECT_EQ(RulesDigest({target_, other}), RulesDigest({other, mapped}));
  EXPECT_NE(RulesDigest({target_}), RulesDigest({target_, other}));
  mapped.keep.insert("E11");
  EXPECT_NE(RulesDigest({target_}), RulesDigest({mapped}));
}

TEST(Exposed, IsTheExpectedNumberOfPersonsInSmallGroups) {
  // Of Poisson's distribution with mean 1: P(1) + 2 P(2) + 3 P(3) + 4 P(4).
  EXPECT_NEAR(Exposed(1, 5), 0.9810118, 1e-6);
  EXPECT_LT(Exposed(20, 5), 0.001);
  EXPECT_GT(Exposed(MostExposing(5), 5), Exposed(MostExposing(5) + 0.1, 5));
  EXPECT_GT(Exposed(MostExposing(5), 5), Exposed(MostExposing(5) - 0.1, 5));
}

}  // namespace
}  // namespace blindlink::agent
