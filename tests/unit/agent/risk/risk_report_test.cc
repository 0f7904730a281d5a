#include "agent/risk/risk_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace blindlink::agent {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Two columns; groups of 3 and 1, and one row with nothing left.
EqualRows SmallGroups() { return FindEqualRows(QuasiTable{2, {1, 1, 1, 1, 1, 1, 2, 1, 0, 0}}); }

TEST(TableRiskTest, FiguresFollowFromTheGroups) {
  const TableRisk risk = MeasureRisk(SmallGroups(), 0, {}, {});
  EXPECT_EQ(risk.rows, 5);
  EXPECT_EQ(risk.suppressed, 1);
  EXPECT_EQ(risk.groups, 2);
  EXPECT_EQ(risk.smallest_group, 1);
  EXPECT_EQ(risk.unique_rows, 1);
  EXPECT_DOUBLE_EQ(risk.prosecutor.highest, 1);
  EXPECT_DOUBLE_EQ(risk.prosecutor.average, 3.0 / 5);
  EXPECT_DOUBLE_EQ(risk.marketer, 2.0 / 4);
  EXPECT_DOUBLE_EQ(risk.prosecutor.share_above[3], 0.25);
}

TEST(TableRiskTest, SensitiveFiguresAreThoseOfTheWorstGroup) {
  SensitiveRule rule{{0, 0, 1, 0, 1}, {0.6, 0.4}, 0, 0, 0};
  const TableRisk risk = MeasureRisk(SmallGroups(), 0, {rule}, {"disease"});
  EXPECT_EQ(risk.sensitive[0].least_distinct, 1);
  EXPECT_DOUBLE_EQ(risk.sensitive[0].least_entropy, 1);
  EXPECT_DOUBLE_EQ(risk.sensitive[0].largest_distance, 0.4);
}

TEST(TableRiskTest, ALargerPopulationLowersTheJournalistsRisk) {
  const TableRisk risk = MeasureRisk(SmallGroups(), 50, {}, {});
  EXPECT_LT(risk.journalist.highest, risk.prosecutor.highest);
  EXPECT_NEAR(risk.journalist.highest, -0.1 * std::log(0.1) / 0.9, 1e-5);
}

TEST(RiskReportTest, EachTargetThatIsMissedIsNamed) {
  v1::PrivacyTargets targets;
  targets.set_k(2);
  targets.set_max_risk(0.5);
  const TableRisk risk = MeasureRisk(SmallGroups(), 0, {}, {});
  EXPECT_THAT(FindAboveTargets(targets, risk, std::nullopt), SizeIs(3));
  targets.set_k(1);
  targets.set_max_risk(1);
  targets.set_max_suppressed(0.2);
  EXPECT_THAT(FindAboveTargets(targets, risk, std::nullopt), IsEmpty());
}

TEST(RiskReportTest, ThePageEscapesWhatItShowsAndSaysWhatIsWrong) {
  RiskReport report;
  report.table = "a<b>.csv";
  report.after = MeasureRisk(SmallGroups(), 0, {}, {});
  report.above_targets = {"Too small."};
  const std::string page = RiskReportToHtml(report);
  EXPECT_THAT(page, HasSubstr("a&lt;b&gt;.csv"));
  EXPECT_THAT(page, Not(HasSubstr("a<b>")));
  EXPECT_THAT(page, HasSubstr("not to be released"));
  EXPECT_THAT(page, HasSubstr("<svg"));
  EXPECT_THAT(RiskReportToJson(report), HasSubstr("\"within_targets\": false"));
}

}  // namespace
}  // namespace blindlink::agent
