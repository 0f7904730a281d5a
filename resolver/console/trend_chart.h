#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/v1/upload_service.pb.h"
#include "resolver/console/html.h"

namespace blindlink::resolver {

// The newest datasets of a site that its charts show.
inline constexpr size_t kDatasetsInTrend = 24;

// How a site's datasets have changed: three small charts (records, fill, tokens for a record) with
// a column for each dataset, in the order of `uploads`. Columns of datasets with notes stand out.
// Each chart says its numbers in words too. Small datasets have no column. Pure.
Html TrendCharts(absl::string_view site, const std::vector<v1::UploadInfo>& uploads);

}  // namespace blindlink::resolver
