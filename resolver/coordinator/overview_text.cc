#include "resolver/coordinator/overview_text.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace blindlink::resolver {
namespace {

constexpr uint64_t kBarLength = 40;

std::string BarOf(uint64_t count, uint64_t most) {
  const uint64_t length = most == 0 ? 0 : count * kBarLength / most;
  return std::string(count > 0 ? std::max<uint64_t>(length, 1) : 0, '#');
}

void AppendScores(const v1::RunOverview& overview, std::string* out) {
  if (overview.scores().empty()) {
    absl::StrAppend(out, "scores: none (rules decided, or an earlier release made the run)\n");
    return;
  }
  uint64_t most = 0;
  for (const v1::ScoreBin& bin : overview.scores()) {
    most = std::max(most, bin.matched() + bin.other());
  }
  absl::StrAppendFormat(out, "%-14s %12s %12s\n", "score", "matched", "other");
  for (int i = 0; i < overview.scores_size(); ++i) {
    const v1::ScoreBin& bin = overview.scores(i);
    const double to = i + 1 < overview.scores_size() ? overview.scores(i + 1).from() : 1;
    absl::StrAppendFormat(out, "%.3f to %.3f %12d %12d  %s\n", bin.from(), to, bin.matched(),
                          bin.other(), BarOf(bin.matched() + bin.other(), most));
  }
  if (overview.sampled() > 1) {
    absl::StrAppendFormat(out, "one of %d pairs was counted, and counts are multiplied by that\n",
                          overview.sampled());
  }
}

std::string CountText(const v1::OverlapCell& cell, uint32_t suppressed_up_to) {
  if (!cell.suppressed()) return absl::StrCat(cell.entities());
  return cell.withheld() ? "withheld" : absl::StrCat("1 to ", suppressed_up_to);
}

void AppendOverlap(const v1::RunOverview& overview, std::string* out) {
  absl::StrAppendFormat(out, "\n%-16s %-16s %12s\n", "site", "and site", "entities");
  bool withheld = false;
  for (const v1::OverlapCell& cell : overview.overlap()) {
    withheld |= cell.withheld();
    absl::StrAppendFormat(out, "%-16s %-16s %12s\n", cell.left_site(), cell.right_site(),
                          CountText(cell, overview.suppressed_up_to()));
  }
  if (withheld) {
    absl::StrAppend(out, "withheld: a small count could be derived from it\n");
  }
}

void AppendDataset(const v1::PreviewedDataset& dataset, std::string* out) {
  absl::StrAppendFormat(out, "  %-40s %12d records%s%s\n",
                        absl::StrCat(dataset.site(), "/", dataset.dataset()), dataset.records(),
                        dataset.why().empty() ? "" : "  ", dataset.why());
}

}  // namespace

std::string OverviewToText(const v1::RunOverview& overview) {
  std::string out = absl::StrCat(overview.run(), " of project ", overview.project(), "\n");
  if (overview.min_score() > 0) {
    absl::StrAppendFormat(&out, "threshold %.3f\n", overview.min_score());
  }
  AppendScores(overview, &out);
  AppendOverlap(overview, &out);
  return out;
}

std::string PreviewToText(const v1::RunPreview& preview) {
  std::string out;
  absl::StrAppend(&out,
                  preview.used().empty() ? "a run would use no dataset\n" : "a run would use\n");
  for (const v1::PreviewedDataset& dataset : preview.used()) AppendDataset(dataset, &out);
  if (!preview.left_out().empty()) absl::StrAppend(&out, "and leave out\n");
  for (const v1::PreviewedDataset& dataset : preview.left_out()) AppendDataset(dataset, &out);
  for (const std::string& site : preview.sites_without()) {
    absl::StrAppend(&out, "site ", site, " has no dataset for it: start it with --partial\n");
  }
  for (const std::string& notice : preview.notices()) {
    absl::StrAppend(&out, "notice: ", notice, "\n");
  }
  return out;
}

}  // namespace blindlink::resolver
