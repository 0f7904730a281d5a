#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/access_service.pb.h"

namespace blindlink {

// Grants in words, for people. Thread-safe.

// "counts", "pairs", "entity-map".
std::string LevelText(v1::AccessLevel level);
// INVALID_ARGUMENT for other words.
absl::StatusOr<v1::AccessLevel> ParseLevel(absl::string_view text);

// "north:south", or "all".
std::string SitePairsText(const v1::AccessRequest& request);

// A time as `FLAG` states it: a day, "2027-06-30", which is its beginning in UTC, or an RFC 3339
// time. INVALID_ARGUMENT.
absl::StatusOr<int64_t> ParseTime(absl::string_view flag, absl::string_view text);
// "2027-06-30T00:00:00Z"
std::string TimeText(int64_t unix_seconds);

// A list, a line for each.
std::string GrantTable(const v1::ListGrantsResponse& list);
// Everything about a grant.
std::string GrantText(const v1::Grant& grant);

}  // namespace blindlink
