#include "agent/clinical/source/clinical_profile.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/json_writer.h"

namespace blindlink::agent {
namespace {

std::string MonthText(const std::optional<absl::CivilMonth>& month) {
  return month.has_value() ? absl::StrFormat("%04d-%02d", month->year(), month->month()) : "";
}

void AppendRejects(const ClinicalRejects& rejects, bool whole_rows, std::string* out) {
  for (const auto& [what, count] : rejects.counts()) {
    if (count.whole_row != whole_rows) continue;
    const auto& [file, column, reason] = what;
    absl::StrAppendFormat(out, "  %d x %s in %s%s (first in row %d)\n", count.rows, reason, file,
                          column.empty() ? "" : absl::StrCat(", column ", column), count.first_row);
  }
}

void WriteTables(const ClinicalProfile& profile, JsonWriter* json) {
  json->Key("tables").BeginArray();
  for (size_t i = 0; i < kClinicalTableNames.size(); ++i) {
    const auto& counts = profile.counts(static_cast<ClinicalTable>(i));
    json->BeginObject().Key("table").Text(kClinicalTableNames[i]).Key("rows").Number(counts.rows);
    json->Key("with_code").Number(counts.with_code).Key("with_name").Number(counts.with_name);
    json->Key("first_month").Text(MonthText(counts.first));
    json->Key("last_month").Text(MonthText(counts.last)).EndObject();
  }
  json->EndArray();
}

void WriteFiles(const ClinicalSource& source, JsonWriter* json) {
  json->Key("files").BeginArray();
  for (const ClinicalFile& file : source.files()) {
    json->BeginObject().Key("file").Text(file.name);
    json->Key("shape").Text(file.layout == nullptr ? "" : NameOf(file.layout->shape));
    json->Key("part").Text(file.layout == nullptr ? "" : NameOf(file.layout->part));
    json->Key("rows").Number(file.rows).Key("used").Number(file.used).EndObject();
  }
  json->EndArray();
}

void WriteRejects(const ClinicalRejects& rejects, JsonWriter* json) {
  json->Key("rejected_rows").Number(rejects.rejected_rows());
  json->Key("rejects").BeginArray();
  for (const auto& [what, count] : rejects.counts()) {
    const auto& [file, column, reason] = what;
    json->BeginObject().Key("file").Text(file).Key("column").Text(column);
    json->Key("reason").Text(reason).Key("count").Number(count.rows);
    json->Key("first_row").Number(count.first_row);
    json->Key("whole_row").Bool(count.whole_row).EndObject();
  }
  json->EndArray();
}

}  // namespace

void ClinicalProfile::Add(const ClinicalRow& row) {
  TableCounts& counts = tables_[static_cast<size_t>(row.table)];
  ++counts.rows;
  if (!row.code.empty()) ++counts.with_code;
  if (!row.name.empty()) ++counts.with_name;
  if (!row.start.has_value()) return;
  const absl::CivilMonth month(*row.start);
  counts.first = std::min(counts.first.value_or(month), month);
  counts.last = std::max(counts.last.value_or(month), month);
}

std::string ClinicalProfile::ToText(const ClinicalRejects& rejects) const {
  std::string out = absl::StrFormat("%-11s %10s %10s %10s  %-8s %-8s\n", "table", "rows",
                                    "with code", "with name", "from", "to");
  for (size_t i = 0; i < kClinicalTableNames.size(); ++i) {
    const TableCounts& counts = tables_[i];
    if (counts.rows == 0) continue;
    absl::StrAppendFormat(&out, "%-11s %10d %10d %10d  %-8s %-8s\n", kClinicalTableNames[i],
                          counts.rows, counts.with_code, counts.with_name, MonthText(counts.first),
                          MonthText(counts.last));
  }
  absl::StrAppendFormat(&out, "\nrows rejected: %d\n", rejects.rejected_rows());
  AppendRejects(rejects, /*whole_rows=*/true, &out);
  std::string values;
  AppendRejects(rejects, /*whole_rows=*/false, &values);
  if (!values.empty()) absl::StrAppend(&out, "values not used, or read differently:\n", values);
  return out;
}

std::string ClinicalProfile::ToJson(const ClinicalRejects& rejects,
                                    const ClinicalSource& source) const {
  JsonWriter json;
  json.BeginObject();
  WriteFiles(source, &json);
  WriteTables(*this, &json);
  WriteRejects(rejects, &json);
  return json.EndObject().Finish();
}

}  // namespace blindlink::agent
