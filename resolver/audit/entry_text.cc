#include "resolver/audit/entry_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/csv/csv_writer.h"

namespace blindlink::resolver {
namespace {

using Field = std::pair<absl::string_view, std::string>;

std::string ObjectsOf(const v1::AuditEntry& entry) {
  return absl::StrJoin(entry.objects(), " ", [](std::string* out, const v1::AuditObject& object) {
    absl::StrAppend(out, object.kind(), "=", object.name());
  });
}

// An empty text is a field that is not set.
std::vector<Field> FieldsOf(const v1::AuditEntry& entry) {
  const bool has_code = entry.kind() == v1::CALL_DENIED || entry.kind() == v1::CALL_ANSWERED;
  return {
      {"index", absl::StrCat(entry.index())},
      {"time", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixMillis(entry.time_ms()),
                                absl::UTCTimeZone())},
      {"kind", v1::AuditKind_Name(entry.kind())},
      {"party", entry.party()},
      {"fingerprint", HexEncode(entry.fingerprint())},
      {"method", entry.method()},
      {"objects", ObjectsOf(entry)},
      {"code", has_code ? absl::StrCat(entry.code()) : ""},
      {"begun", entry.kind() == v1::CALL_ANSWERED ? absl::StrCat(entry.begun()) : ""},
      {"count", entry.count() > 0 ? absl::StrCat(entry.count()) : ""},
      {"reason", entry.reason()},
  };
}

std::string RowOf(const std::vector<Field>& fields, bool names) {
  std::vector<absl::string_view> cells;
  cells.reserve(fields.size());
  for (const Field& field : fields) cells.push_back(names ? field.first : field.second);
  std::string row;
  AppendCsvRow(cells, &row);
  return row;
}

}  // namespace

std::string CsvHeaderOfEntries() { return RowOf(FieldsOf({}), true); }

std::string CsvRowOf(const v1::AuditEntry& entry) { return RowOf(FieldsOf(entry), false); }

std::string JsonLineOf(const v1::AuditEntry& entry) {
  JsonWriter json;
  json.BeginObject();
  for (const auto& [name, value] : FieldsOf(entry)) {
    if (!value.empty()) json.Key(name).Text(value);
  }
  // Line breaks within values are escaped, so those that are left only indent.
  std::string line;
  bool at_begin = false;
  for (const char c : json.EndObject().Finish()) {
    at_begin = c == '\n' || (at_begin && c == ' ');
    if (!at_begin) line.push_back(c);
  }
  return line + "\n";
}

bool IsAboutProject(absl::string_view project, const v1::AuditEntry& entry) {
  return project.empty() ||
         std::any_of(entry.objects().begin(), entry.objects().end(), [&](const auto& object) {
           return object.kind() == "project" && object.name() == project;
         });
}

}  // namespace blindlink::resolver
