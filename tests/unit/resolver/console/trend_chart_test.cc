#include "resolver/console/trend_chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::Not;

v1::UploadInfo Dataset(const std::string& name, uint64_t records, uint64_t without) {
  v1::UploadInfo upload;
  upload.mutable_manifest()->set_dataset(name);
  upload.set_state(v1::COMMITTED);
  upload.set_records(records);
  upload.mutable_counts()->set_records(records);
  upload.mutable_counts()->set_tokens(3 * records);
  v1::MatchKeyCounts& key = *upload.mutable_counts()->add_match_keys();
  key.set_match_key(1);
  key.set_records_without(without);
  return upload;
}

size_t ColumnsIn(const std::string& html) {
  size_t columns = 0;
  for (size_t at = html.find("<rect"); at != std::string::npos; at = html.find("<rect", at + 1)) {
    ++columns;
  }
  return columns;
}

TEST(TrendCharts, HaveAColumnForEachDatasetAndSayTheNumbersInWords) {
  const std::string html =
      TrendCharts("north", {Dataset("2025", 1000, 100), Dataset("2026", 2000, 100)}).Finish();
  EXPECT_EQ(ColumnsIn(html), 6u);
  EXPECT_THAT(html, HasSubstr("north, Records, by dataset: 2025 1,000; 2026 2,000; "));
  EXPECT_THAT(html, HasSubstr("2025 90.0 %; 2026 95.0 %; "));
  EXPECT_THAT(html, HasSubstr("2025 3.0; 2026 3.0; "));
  EXPECT_THAT(html, HasSubstr("role=\"img\""));
}

TEST(TrendCharts, ShowNothingThatWasCountedFromAFewRecords) {
  const std::string html =
      TrendCharts("north", {Dataset("2025", 1000, 0), Dataset("few", 7, 3)}).Finish();
  EXPECT_EQ(ColumnsIn(html), 3u) << "those of 2025 alone";
  EXPECT_THAT(html, HasSubstr("few 1 to 10; "));
  EXPECT_THAT(html, Not(HasSubstr("57.1")));
  EXPECT_THAT(html, HasSubstr("few not shown; "));
}

TEST(TrendCharts, SetApartWhatHasChanged) {
  v1::UploadInfo changed = Dataset("2026", 1000, 500);
  changed.add_notes("something");
  const std::string html = TrendCharts("north", {Dataset("2025", 1000, 0), changed}).Finish();
  EXPECT_THAT(html, HasSubstr("class=\"changed\""));
  EXPECT_THAT(html, HasSubstr("2026 1,000 (changed); "));
}

TEST(TrendCharts, ShowTheNewestOfALongHistory) {
  std::vector<v1::UploadInfo> uploads;
  for (size_t i = 0; i < kDatasetsInTrend + 3; ++i) {
    uploads.push_back(Dataset(absl::StrCat("d", i), 1000, 0));
  }
  const std::string html = TrendCharts("north", uploads).Finish();
  EXPECT_EQ(ColumnsIn(html), 3 * kDatasetsInTrend);
  EXPECT_THAT(html, Not(HasSubstr(" d2 1,000")));
  EXPECT_THAT(html, HasSubstr(" d3 1,000"));
}

TEST(TrendCharts, OfNoDatasetAreEmpty) {
  EXPECT_EQ(ColumnsIn(TrendCharts("north", {}).Finish()), 0u);
}

}  // namespace
}  // namespace blindlink::resolver
