#include "common/plan/site_columns.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/plan/plan.h"

namespace blindlink {
namespace {

bool IsFieldName(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// The columns that `sites` have in common, in the order of their names, each with its largest
// share.
SiteColumns InCommon(absl::Span<const SiteColumns> sites) {
  std::map<std::string, std::pair<size_t, double>> by_field;  // number of sites, largest share
  for (const SiteColumns& site : sites) {
    for (const v1::Column& column : site) {
      auto& [count, filled] = by_field[column.field()];
      ++count;
      filled = std::max(filled, column.filled());
    }
  }
  SiteColumns common;
  for (const auto& [field, found] : by_field) {
    if (found.first < std::min<size_t>(2, sites.size())) continue;
    common.emplace_back().set_field(field);
    common.back().set_filled(found.second);
  }
  return common;
}

bool HasSpareMatchKeys(const Plan& plan) {
  return std::any_of(plan.choices().begin(), plan.choices().end(),
                     [](const MatchKeyChoice& choice) { return choice.spare; });
}

double Hundredths(double share) { return std::ceil(share * 100 - 1e-9) / 100; }

}  // namespace

absl::StatusOr<SiteColumns> ParseSiteColumns(absl::string_view text) {
  SiteColumns columns;
  for (const absl::string_view entry : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    const std::pair<std::string, std::string> split =
        absl::StrSplit(entry, absl::MaxSplits('=', 1));
    double filled = 1;
    if (!IsFieldName(split.first) ||
        (!split.second.empty() && !absl::SimpleAtod(split.second, &filled)) ||
        !(filled > 0 && filled <= 1)) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", entry,
                       "' is not a column: write FIELD=SHARE, with a share greater than 0 and at "
                       "most 1, as blindlink-agent profile prints them"));
    }
    columns.emplace_back().set_field(split.first);
    columns.back().set_filled(filled);
  }
  if (columns.empty()) return absl::InvalidArgumentError("no columns: write FIELD=SHARE,...");
  return columns;
}

std::string SiteColumnsText(const SiteColumns& columns) {
  std::string text;
  for (const v1::Column& column : columns) {
    absl::StrAppend(&text, text.empty() ? "" : ",", column.field(), "=",
                    Hundredths(column.filled()));
  }
  return text;
}

absl::StatusOr<std::string> PlanForSites(absl::string_view plan,
                                         absl::Span<const SiteColumns> sites) {
  BL_ASSIGN_OR_RETURN(const Plan general, Plan::Parse(plan));
  if (!general.proto().columns().empty()) {
    return absl::InvalidArgumentError("the plan lists columns already; state no others");
  }
  if (!HasSpareMatchKeys(general)) return std::string(plan);
  std::string text =
      absl::StrCat(plan, "\n# The columns that the project's sites have in common.\n");
  const SiteColumns common = InCommon(sites);
  if (common.empty()) return absl::InvalidArgumentError("the sites have no column in common");
  for (const v1::Column& column : common) {
    absl::StrAppend(&text, "columns { field: \"", column.field(),
                    "\" filled: ", Hundredths(column.filled()), " }\n");
  }
  BL_RETURN_IF_ERROR(Plan::Parse(text).status());
  return text;
}

}  // namespace blindlink
