#include "agent/input/column_mapping.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/input/column_roles.h"
#include "agent/input/shown_columns.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

using StatedColumns = std::map<std::string, std::vector<std::string>>;

struct Part {
  absl::string_view role;
  absl::string_view field;
};
// Roles that are composed into a plan field with another name.
constexpr Part kParts[] = {
    {"maiden_name", "last_name"},      {"full_name", "last_name"},
    {"full_name", "first_name"},       {"house_number", "street_address"},
    {"street_name", "street_address"}, {"unit", "street_address"},
    {"po_box", "street_address"},      {"address_line2", "street_address"},
    {"birth_year", "date_of_birth"},   {"birth_month", "date_of_birth"},
    {"birth_day", "date_of_birth"},    {"ssn_last4", "ssn"},
};

bool IsUsedBy(const Plan& plan, absl::string_view role) {
  if (role == kRecordIdRole || plan.FindField(role).has_value()) return true;
  return std::any_of(std::begin(kParts), std::end(kParts), [&](const Part& part) {
    return part.role == role && plan.FindField(part.field).has_value();
  });
}

// The roles, in the order in which they are mapped and shown.
std::vector<std::string> RolesOf(const Plan& plan) {
  std::vector<std::string> roles;
  for (const ColumnRole& role : BuiltInRoles()) {
    if (IsUsedBy(plan, role.name)) roles.emplace_back(role.name);
  }
  for (const v1::Field& field : plan.proto().fields()) {
    if (FindRole(field.name()) == nullptr) roles.push_back(field.name());
  }
  return roles;
}

absl::StatusOr<StatedColumns> ParseStated(absl::string_view stated) {
  std::vector<std::string> entries;
  for (const absl::string_view piece : absl::StrSplit(stated, ',', absl::SkipWhitespace())) {
    // A piece without '=' continues a header that contains a comma.
    if (absl::StrContains(piece, '=') || entries.empty()) {
      entries.emplace_back(piece);
    } else {
      absl::StrAppend(&entries.back(), ",", piece);
    }
  }
  StatedColumns columns;
  for (const std::string& entry : entries) {
    const std::pair<absl::string_view, absl::string_view> split =
        absl::StrSplit(entry, absl::MaxSplits('=', 1));
    const std::string role(absl::StripAsciiWhitespace(split.first));
    if (role.empty() || !absl::StrContains(entry, '=')) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--columns: \"", entry, "\" is not of the form role=column, for instance record_id=ID"));
    }
    std::vector<std::string>& headers = columns[role];
    const absl::string_view header = absl::StripAsciiWhitespace(split.second);
    if (!header.empty()) headers.emplace_back(header);
  }
  return columns;
}

// The position of the column with exactly this name, otherwise of one that differs only in case and
// punctuation.
std::optional<size_t> FindHeader(absl::Span<const std::string> headers, absl::string_view name) {
  const auto exact = std::find(headers.begin(), headers.end(), name);
  if (exact != headers.end()) return exact - headers.begin();
  const std::string normalized = NormalizeHeader(name);
  if (normalized.empty()) return std::nullopt;
  for (size_t i = 0; i < headers.size(); ++i) {
    if (NormalizeHeader(headers[i]) == normalized) return i;
  }
  return std::nullopt;
}

absl::Status MapStated(absl::Span<const std::string> headers, const StatedColumns& stated,
                       const std::vector<std::string>& roles, ColumnMapping* mapping) {
  for (const auto& [role, names] : stated) {
    if (std::find(roles.begin(), roles.end(), role) == roles.end()) {
      return absl::InvalidArgumentError(
          FindRole(role) != nullptr
              ? absl::StrCat("--columns: the plan has no field that uses the role \"", role, "\"")
              : absl::StrCat("--columns: unknown role \"", role,
                             "\". Roles of this plan: ", absl::StrJoin(roles, ", ")));
    }
    mapping->stated_roles.insert(role);
    for (const std::string& name : names) {
      const std::optional<size_t> column = FindHeader(headers, name);
      if (!column.has_value()) {
        return absl::InvalidArgumentError(absl::StrCat("--columns: no column \"", name, "\" for ",
                                                       role, ". ", DescribeColumns(headers)));
      }
      mapping->columns.push_back({role, *column, headers[*column], /*stated=*/true});
    }
  }
  return absl::OkStatus();
}

// The columns recognized for `role`, the preferred one first.
std::vector<size_t> Recognize(const std::vector<std::string>& normalized, absl::string_view role) {
  std::vector<size_t> found;
  const auto add = [&](absl::string_view name) {
    for (size_t i = 0; i < normalized.size(); ++i) {
      if (normalized[i] == name && std::find(found.begin(), found.end(), i) == found.end()) {
        found.push_back(i);
      }
    }
  };
  const ColumnRole* built_in = FindRole(role);
  if (built_in == nullptr) {
    add(NormalizeHeader(role));
  } else {
    for (const absl::string_view name : built_in->headers) add(name);
  }
  return found;
}

// Says which of the columns recognized for `role` is used, and how to choose another.
std::string NoteOnChoice(absl::string_view role, absl::Span<const std::string> headers,
                         const std::vector<size_t>& found) {
  const std::string& used = headers[found[0]];
  std::vector<std::string> others;
  for (size_t i = 1; i < found.size(); ++i) {
    if (headers[found[i]] != used) others.push_back(headers[found[i]]);
  }
  if (others.empty()) {
    return absl::StrFormat(
        "%s: %d columns are named \"%s\"; the first is used. To use another, rename it in the file",
        role, found.size(), used);
  }
  return absl::StrFormat(
      "%s: column \"%s\" is used; also possible: %s (choose with --columns '%s=...')", role, used,
      absl::StrJoin(others, ", "), role);
}

void MapRecognized(absl::Span<const std::string> headers, const std::vector<std::string>& roles,
                   ColumnMapping* mapping) {
  std::vector<std::string> normalized = RecognizableHeaders(headers);
  for (const MappedColumn& mapped : mapping->columns) normalized[mapped.column].clear();
  for (const std::string& role : roles) {
    if (mapping->stated_roles.contains(role)) continue;
    // A separate column of last names is better than splitting a full name.
    if (role == "full_name" && mapping->Has("last_name")) continue;
    const std::vector<size_t> found = Recognize(normalized, role);
    if (found.empty()) continue;
    mapping->columns.push_back({role, found[0], headers[found[0]]});
    if (found.size() > 1) mapping->notes.push_back(NoteOnChoice(role, headers, found));
  }
}

bool IsFilled(const ColumnMapping& mapping, absl::string_view field) {
  if (mapping.Has(field)) return true;
  if (field == "middle_name" || field == "suffix") return mapping.Has("full_name");
  // A unit or a second line alone is not an address, and a maiden name alone is not a last name.
  if (field == "street_address") return mapping.Has("street_name") || mapping.Has("po_box");
  if (field == "last_name" || field == "first_name") return mapping.Has("full_name");
  // A month and a day without a year are no date.
  if (field == "date_of_birth") return mapping.Has("birth_year");
  if (field == "ssn") return mapping.Has("ssn_last4");
  return false;
}

void FindGaps(absl::Span<const std::string> headers, const Plan& plan, ColumnMapping* mapping) {
  const auto recognized = std::count_if(mapping->columns.begin(), mapping->columns.end(),
                                        [](const MappedColumn& mapped) { return !mapped.stated; });
  const bool names = AreColumnNames(headers);
  for (const v1::Field& field : plan.proto().fields()) {
    if (!IsFilled(*mapping, field.name())) mapping->fields_without_column.push_back(field.name());
  }
  for (size_t i = 0; i < headers.size(); ++i) {
    const bool used = std::any_of(mapping->columns.begin(), mapping->columns.end(),
                                  [i](const MappedColumn& mapped) { return mapped.column == i; });
    if (used || headers[i].empty()) continue;
    if (names || (recognized >= 2 && !LooksLikeValue(headers[i]))) {
      mapping->unused_headers.push_back(headers[i]);
    } else {
      ++mapping->hidden_headers;
    }
  }
}

}  // namespace

bool ColumnMapping::Has(absl::string_view role) const {
  return std::any_of(columns.begin(), columns.end(),
                     [role](const MappedColumn& mapped) { return mapped.role == role; });
}

std::string ColumnMapping::ToText() const {
  std::string out;
  for (const MappedColumn& mapped : columns) {
    absl::StrAppendFormat(&out, "  %-16s <- %s%s\n", mapped.role, mapped.header,
                          mapped.stated ? " (stated)" : "");
  }
  for (const std::string& field : fields_without_column) {
    absl::StrAppendFormat(&out, "  %-16s <- no column: match keys that use it give no tokens\n",
                          field);
  }
  if (!unused_headers.empty()) {
    absl::StrAppend(&out, "  not used: ", absl::StrJoin(unused_headers, ", "), "\n");
  }
  if (hidden_headers > 0) {
    absl::StrAppendFormat(
        &out, "  not used: %d not shown, as they may be values instead of names\n", hidden_headers);
  }
  for (const std::string& note : notes) absl::StrAppend(&out, "  note: ", note, "\n");
  return out;
}

absl::StatusOr<ColumnMapping> MapColumns(absl::Span<const std::string> headers,
                                         absl::string_view stated, const Plan& plan) {
  const std::vector<std::string> roles = RolesOf(plan);
  BL_ASSIGN_OR_RETURN(const StatedColumns stated_columns, ParseStated(stated));
  ColumnMapping mapping;
  BL_RETURN_IF_ERROR(MapStated(headers, stated_columns, roles, &mapping));
  MapRecognized(headers, roles, &mapping);
  if (!mapping.Has(kRecordIdRole)) {
    return absl::InvalidArgumentError(
        absl::StrCat("no column is recognized as the record id. ", DescribeColumns(headers),
                     ". Otherwise state it with --columns 'record_id=COLUMN'"));
  }
  if (mapping.columns.size() == 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        "no column is recognized as a field of the plan. ", DescribeColumns(headers),
        ". Otherwise state them with --columns 'first_name=COLUMN,last_name=COLUMN'. Roles: ",
        absl::StrJoin(roles, ", ")));
  }
  std::stable_sort(mapping.columns.begin(), mapping.columns.end(),
                   [&roles](const MappedColumn& a, const MappedColumn& b) {
                     return std::find(roles.begin(), roles.end(), a.role) <
                            std::find(roles.begin(), roles.end(), b.role);
                   });
  FindGaps(headers, plan, &mapping);
  return mapping;
}

std::optional<std::string> RoleOfLateColumn(const ColumnMapping& mapping, absl::string_view header,
                                            const Plan& plan) {
  const std::vector<std::string> normalized = RecognizableHeaders({std::string(header)});
  for (const std::string& role : RolesOf(plan)) {
    if (mapping.stated_roles.contains(role) || mapping.Has(role)) continue;
    if (role == "full_name" && mapping.Has("last_name")) continue;
    if (!Recognize(normalized, role).empty()) return role;
  }
  return std::nullopt;
}

}  // namespace blindlink::agent
