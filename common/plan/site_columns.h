#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink {

// The columns of one site: the fields of which it has values, and the share of its records that
// have a usable one. All functions are thread-safe.
using SiteColumns = std::vector<v1::Column>;

// Reads "first_name=1,zip=0.93"; a field without a share has 1. INVALID_ARGUMENT says what is
// wrong.
absl::StatusOr<SiteColumns> ParseSiteColumns(absl::string_view text);

// The same text. Shares are rounded up to hundredths.
std::string SiteColumnsText(const SiteColumns& columns);

// The plan of a project whose sites have these columns: the text of `plan`, followed by the columns
// that two sites or more have (that the site has, if it is the only one). A plan without spare
// match keys is returned unchanged. INVALID_ARGUMENT: the plan is not valid or lists columns
// already; it has no field of a column's name; the sites have too little in common for any match
// key.
absl::StatusOr<std::string> PlanForSites(absl::string_view plan,
                                         absl::Span<const SiteColumns> sites);

}  // namespace blindlink
