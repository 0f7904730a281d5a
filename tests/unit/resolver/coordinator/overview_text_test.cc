#include "resolver/coordinator/overview_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::Not;

void AddBin(double from, uint64_t matched, uint64_t other, v1::RunOverview* overview) {
  v1::ScoreBin& bin = *overview->add_scores();
  bin.set_from(from);
  bin.set_matched(matched);
  bin.set_other(other);
}

v1::OverlapCell* AddCell(const std::string& left, const std::string& right,
                         v1::RunOverview* overview) {
  v1::OverlapCell* cell = overview->add_overlap();
  cell->set_left_site(left);
  cell->set_right_site(right);
  return cell;
}

TEST(OverviewText, ShowsPairsByScoreWithABarForEach) {
  v1::RunOverview overview;
  overview.set_run("run-000001");
  overview.set_project("flu");
  overview.set_min_score(0.9);
  overview.set_sampled(10);
  AddBin(0, 0, 400, &overview);
  AddBin(0.5, 0, 0, &overview);
  AddBin(0.9, 200, 0, &overview);
  const std::string text = OverviewToText(overview);
  EXPECT_THAT(text, HasSubstr("run-000001 of project flu\nthreshold 0.900\n"));
  EXPECT_THAT(text, HasSubstr("0.000 to 0.500            0          400  " + std::string(40, '#')));
  EXPECT_THAT(text, HasSubstr("0.500 to 0.900            0            0  \n"));
  EXPECT_THAT(
      text, HasSubstr("0.900 to 1.000          200            0  " + std::string(20, '#') + "\n"));
  EXPECT_THAT(text, HasSubstr("one of 10 pairs was counted"));
}

TEST(OverviewText, SaysNoSuppressedCount) {
  v1::RunOverview overview;
  overview.set_suppressed_up_to(10);
  AddCell("north", "south", &overview)->set_entities(321);
  AddCell("north", "west", &overview)->set_suppressed(true);
  v1::OverlapCell& withheld = *AddCell("south", "west", &overview);
  withheld.set_suppressed(true);
  withheld.set_withheld(true);
  const std::string text = OverviewToText(overview);
  EXPECT_THAT(text, HasSubstr("north            south                     321\n"));
  EXPECT_THAT(text, HasSubstr("north            west                  1 to 10\n"));
  EXPECT_THAT(text, HasSubstr("south            west                 withheld\n"));
  EXPECT_THAT(text, HasSubstr("scores: none"));
  EXPECT_THAT(text, Not(HasSubstr("threshold")));
}

TEST(PreviewText, ShowsWhatARunWouldUseAndWhatNotAndWhatToKnowBefore) {
  v1::RunPreview preview;
  v1::PreviewedDataset& used = *preview.add_used();
  used.set_site("north");
  used.set_dataset("2026");
  used.set_records(20);
  v1::PreviewedDataset& left_out = *preview.add_left_out();
  left_out.set_site("north");
  left_out.set_dataset("2025");
  left_out.set_records(10);
  left_out.set_why("discarded");
  preview.add_sites_without("south");
  preview.add_notices("the index does not fit in memory");
  const std::string text = PreviewToText(preview);
  EXPECT_THAT(text, testing::ContainsRegex("would use\n  north/2026 +20 records\n"));
  EXPECT_THAT(text, testing::ContainsRegex("leave out\n  north/2025 +10 records  discarded\n"));
  EXPECT_THAT(text, HasSubstr("site south has no dataset for it: start it with --partial\n"));
  EXPECT_THAT(text, HasSubstr("notice: the index does not fit in memory\n"));
}

TEST(PreviewText, SaysThatThereIsNothingToUse) {
  EXPECT_EQ(PreviewToText({}), "a run would use no dataset\n");
}

}  // namespace
}  // namespace blindlink::resolver
