#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Names the input column that holds the record id.
inline constexpr absl::string_view kRecordIdRole = "record_id";

struct MappedColumn {
  std::string role;
  size_t column;        // index into the headers
  std::string header;   // as in the file
  bool stated = false;  // named by the user, not recognized
};

// The meaning of each column. Holds headers, never values.
struct ColumnMapping {
  std::vector<MappedColumn> columns;  // by role, in the order of BuiltInRoles, then plan fields
  std::vector<std::string> fields_without_column;
  std::vector<std::string> unused_headers;
  size_t hidden_headers = 0;       // further unused columns, whose names may be values
  std::vector<std::string> notes;  // ambiguities and how they were resolved
  std::set<std::string> stated_roles;

  bool Has(absl::string_view role) const;
  // A table for human readers.
  std::string ToText() const;
};

// Maps `headers` for `plan`. `stated` is "role=header,role=header" and replaces recognition for
// these roles: a role stated twice takes both columns; "role=" leaves the role without a column. If
// several headers are recognized for a role, it takes the one that column_roles.cc prefers, and a
// note says so. Roles that the plan does not need are not mapped. INVALID_ARGUMENT, with a list of
// what exists, if there is no record id, or if `stated` has an unknown role or header.
absl::StatusOr<ColumnMapping> MapColumns(absl::Span<const std::string> headers,
                                         absl::string_view stated, const Plan& plan);

// The role of a column that appears only after the mapping was made (JSON Lines), if no other
// column has that role.
std::optional<std::string> RoleOfLateColumn(const ColumnMapping& mapping, absl::string_view header,
                                            const Plan& plan);

}  // namespace blindlink::agent
