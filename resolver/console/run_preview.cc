#include "resolver/console/run_preview.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {

Html PreviewOf(const v1::RunPreview& preview) {
  Html html;
  for (const std::string& notice : preview.notices()) html.Add(Note(notice, Mood::kWarn));
  if (!preview.sites_without().empty()) {
    html.Add(Note(
        absl::StrCat("The run would have nothing of ", absl::StrJoin(preview.sites_without(), ", "),
                     ": it is started only if you tick the box below."),
        Mood::kWarn));
  }
  Table used("What the run will use", {"Site", "Dataset", "#Records"});
  for (const v1::PreviewedDataset& one : preview.used()) {
    used.Row({Cell(one.site()), Cell(one.dataset()), Cell(CountText(one.records()))});
  }
  html.Add(used.Finish());
  if (preview.left_out().empty()) return html;
  Table left_out("What the run will leave out", {"Site", "Dataset", "#Records", "Why"});
  for (const v1::PreviewedDataset& one : preview.left_out()) {
    left_out.Row(
        {Cell(one.site()), Cell(one.dataset()), Cell(CountText(one.records())), Cell(one.why())});
  }
  return html.Add(left_out.Finish());
}

}  // namespace blindlink::resolver
