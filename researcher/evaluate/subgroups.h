#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/pairs/record_table.h"

namespace blindlink::researcher {

// A way to divide records into groups: sex, age band, site of care.
struct Grouping {
  static constexpr uint32_t kNotStated = 0;

  std::string name;                 // the column
  std::vector<std::string> groups;  // [0] is "not stated": records that the file does not contain
  std::vector<uint32_t> group_of;   // by record; records beyond its end: not stated

  uint32_t GroupOf(uint32_t record) const {
    return record < group_of.size() ? group_of[record] : kNotStated;
  }
};

// A column with more groups than this is not accepted as a grouping: it may hold personal values,
// which would then appear in the report.
inline constexpr size_t kMaxGroups = 50;

// Reads a CSV file with the columns site, record and at least one more. Each of `columns` is a
// grouping; if `columns` is empty, each further column except "person" is one. Errors as
// RequiredFields; INVALID_ARGUMENT for a column with more than kMaxGroups distinct values, for a
// record in two groups, and for a file without a column to group by.
absl::StatusOr<std::vector<Grouping>> ReadGroupings(const std::string& path,
                                                    absl::Span<const std::string> columns,
                                                    RecordTable* records);

}  // namespace blindlink::researcher
