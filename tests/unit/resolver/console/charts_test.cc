#include "resolver/console/charts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::Not;

void AddCell(const char* left, const char* right, uint64_t entities, v1::RunOverview* overview) {
  v1::OverlapCell& cell = *overview->add_overlap();
  cell.set_left_site(left);
  cell.set_right_site(right);
  cell.set_entities(entities);
}

TEST(OverlapMatrix, ShowsEachPairOfSitesBothWays) {
  v1::RunOverview overview;
  AddCell("north", "north", 1000, &overview);
  AddCell("south", "south", 500, &overview);
  AddCell("north", "south", 250, &overview);
  const std::string html = OverlapMatrix(overview).Finish();
  EXPECT_THAT(html, HasSubstr("250<br><span class=\"hint\">25.0 %</span>"));
  EXPECT_THAT(html, HasSubstr("250<br><span class=\"hint\">50.0 %</span>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"own\">1,000</td>"));
}

TEST(OverlapMatrix, DoesNotShowWhatIsSuppressedOrWithheld) {
  v1::RunOverview overview;
  overview.set_suppressed_up_to(10);
  AddCell("north", "north", 1000, &overview);
  AddCell("south", "south", 500, &overview);
  AddCell("north", "south", 7, &overview);
  overview.mutable_overlap(2)->set_suppressed(true);
  EXPECT_THAT(OverlapMatrix(overview).Finish(), HasSubstr("1 to 10</td>"));
  EXPECT_THAT(OverlapMatrix(overview).Finish(), Not(HasSubstr(">7<")));
  overview.mutable_overlap(2)->set_withheld(true);
  EXPECT_THAT(OverlapMatrix(overview).Finish(), HasSubstr("withheld</td>"));
  EXPECT_THAT(OverlapMatrix(overview).Finish(), Not(HasSubstr(">7<")));
}

// The page has the exact number of match pairs: with two sites that may be the overlap.
TEST(OverlapMatrix, SaysThatOtherCountsOfTheRunCanTellWhatItLeavesOut) {
  v1::RunOverview overview;
  AddCell("north", "north", 1000, &overview);
  EXPECT_THAT(OverlapMatrix(overview).Finish(),
              HasSubstr("The run&#39;s own counts and its pairs can tell it"));
}

TEST(OverlapMatrix, SaysThatARunWithoutRecordsHasNone) {
  EXPECT_THAT(OverlapMatrix({}).Finish(), HasSubstr("class=\"empty\""));
}

TEST(ScoreChart, DrawsACountOfOneAndNoneOfZero) {
  v1::RunOverview overview;
  overview.set_min_score(0.5);
  for (int bin = 0; bin < 4; ++bin) overview.add_scores()->set_from(bin / 4.0);
  overview.mutable_scores(3)->set_matched(1);
  overview.mutable_scores(0)->set_other(1'000'000);
  const std::string html = ScoreChart(overview).Finish();
  EXPECT_THAT(html, HasSubstr("class=\"first\"></rect>"));
  EXPECT_THAT(html, HasSubstr("threshold 0.500"));
  EXPECT_THAT(html, HasSubstr("1,000,000"));
  EXPECT_THAT(html, Not(HasSubstr("nan")));
}

TEST(ScoreChart, SaysThatItIsAnEstimateIfItWasSampled) {
  v1::RunOverview overview;
  overview.add_scores();
  EXPECT_THAT(ScoreChart(overview).Finish(), Not(HasSubstr("Estimated")));
  overview.set_sampled(12);
  EXPECT_THAT(ScoreChart(overview).Finish(), HasSubstr("Estimated from every 12th piece"));
}

}  // namespace
}  // namespace blindlink::resolver
