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
  std::vector<std::string> groups;  // [0] is "not stated": a record the file does not know
  std::vector<uint32_t> group_of;   // by record; beyond its end: not stated

  uint32_t GroupOf(uint32_t record) const {
    return record < group_of.size() ? group_of[record] : kNotStated;
  }
};

// More groups than this are no subgroups: the column may hold something of a person, and its values
// would be in the report.
inline constexpr size_t kMaxGroups = 50;

// Reads a CSV file with the columns site, record and at least one more; each of `columns` is a
// grouping or, if there are none, each further column but "person". Errors as RequiredFields;
// INVALID_ARGUMENT for a column with more than kMaxGroups different values, for a record of two
// groups, and for a file without a column to group by.
absl::StatusOr<std::vector<Grouping>> ReadGroupings(const std::string& path,
                                                    absl::Span<const std::string> columns,
                                                    RecordTable* records);

}  // namespace blindlink::researcher
