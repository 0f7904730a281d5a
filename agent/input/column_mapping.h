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
  bool stated = false;  // by the user, not recognized
};

// Which column means what. Holds headers, never values.
struct ColumnMapping {
  std::vector<MappedColumn> columns;  // by role, in the order of BuiltInRoles, then plan fields
  std::vector<std::string> fields_without_column;
  std::vector<std::string> unused_headers;
  std::vector<std::string> notes;  // ambiguities and what was decided
  std::set<std::string> stated_roles;

  bool Has(absl::string_view role) const;
  // A table for people.
  std::string ToText() const;
};

// Maps `headers` for `plan`. `stated` is "role=header,role=header": it replaces recognition for
// these roles; a role stated twice takes both columns; "role=" leaves the role without a column. A
// role that several headers are recognized for takes the one preferred in column_roles.cc, and a
// note says so. Roles the plan has no use for are not mapped. INVALID_ARGUMENT, listing what there
// is: no record id, an unknown role, a header not in the file.
absl::StatusOr<ColumnMapping> MapColumns(absl::Span<const std::string> headers,
                                         absl::string_view stated, const Plan& plan);

// The role of a column that turns up only after the mapping was made (JSON Lines): one that nothing
// fills yet.
std::optional<std::string> RoleOfLateColumn(const ColumnMapping& mapping, absl::string_view header,
                                            const Plan& plan);

}  // namespace blindlink::agent
