#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/clinical/source/clinical_source.h"
#include "agent/input/shown_columns.h"

namespace blindlink::agent {
namespace {

// Lists of unused columns are cut after so many.
constexpr size_t kShownColumns = 12;

void AppendColumns(const ClinicalFile& file, std::string* out) {
  for (size_t i = 0; i < kClinicalRoles; ++i) {
    const int column = file.plan.column_of[i];
    if (column == ColumnPlan::kNoColumn) continue;
    absl::StrAppend(out, "    ", kClinicalRoleNames[i], " <- ",
                    file.headers[static_cast<size_t>(column)], "\n");
  }
  for (const ColumnPlan::Further& each : file.plan.further) {
    absl::StrAppend(out, "    ", each.name, " <- ", file.headers[each.column], "\n");
  }
  for (const ColumnPlan::Across& each : file.plan.across) {
    absl::StrAppend(out, "    ", NameOf(each.table), " <- ", file.headers[each.column], "\n");
  }
  std::vector<absl::string_view> unused;
  for (const size_t column : file.plan.unused) {
    if (!file.headers[column].empty() && !LooksLikeValue(file.headers[column])) {
      unused.push_back(file.headers[column]);
    }
  }
  if (unused.empty()) return;
  const size_t shown = std::min(unused.size(), kShownColumns);
  absl::StrAppend(
      out, "    not used: ",
      absl::StrJoin(unused.begin(), unused.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
      shown < unused.size() ? absl::StrCat(" and ", unused.size() - shown, " more") : "", "\n");
}

}  // namespace

std::string ClinicalSource::DescribeFiles() const {
  std::string out;
  for (const ClinicalFile& file : files_) {
    if (file.layout == nullptr) {
      absl::StrAppend(&out, file.name, ": not recognized, not read\n");
      continue;
    }
    const Layout& layout = *file.layout;
    absl::StrAppend(&out, file.name, ": ", NameOf(layout.shape), " ", layout.name);
    if (layout.part == ClinicalPart::kNothing) {
      absl::StrAppend(&out, ", not read\n");
      continue;
    }
    absl::StrAppend(&out, " -> ", NameOf(layout.part), "\n");
    if (layout.shape != ClinicalShape::kFhir) AppendColumns(file, &out);
  }
  return out;
}

}  // namespace blindlink::agent
