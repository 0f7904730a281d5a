#include "researcher/timeline/tables.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace blindlink::researcher {
namespace {

constexpr std::array<absl::string_view, kTables> kTableNames = {
    "persons", "visits", "diagnoses", "procedures", "drugs", "enrolment"};
constexpr std::array<absl::string_view, kFields> kFieldNames = {
    "visit",     "receipt", "start",   "end",   "seq",      "date",   "code", "code_system",
    "certainty", "name",    "setting", "payer", "provider", "amount", "death"};

// The columns that every extract with the table has, apart from `record`.
std::vector<Field> RequiredFieldsOf(Table table) {
  switch (table) {
    case Table::kPersons:
      return {};
    case Table::kVisits:
      return {Field::kVisit, Field::kReceipt, Field::kStart, Field::kEnd};
    case Table::kDiagnoses:
      return {Field::kVisit, Field::kSeq,        Field::kDate,
              Field::kCode,  Field::kCodeSystem, Field::kCertainty};
    case Table::kProcedures:
    case Table::kDrugs:
      return {Field::kVisit, Field::kSeq, Field::kDate, Field::kCode, Field::kCodeSystem};
    case Table::kEnrolment:
      return {Field::kStart, Field::kEnd};
  }
  return {};
}

absl::Status HeaderError(absl::string_view path, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, ", the header ", what, " (docs/formats/extract.md)"));
}

}  // namespace

absl::string_view NameOf(Table table) { return kTableNames[static_cast<size_t>(table)]; }

std::optional<Table> TableNamed(absl::string_view name) {
  const auto found = std::find(kTableNames.begin(), kTableNames.end(), name);
  if (found == kTableNames.end()) return std::nullopt;
  return static_cast<Table>(found - kTableNames.begin());
}

absl::StatusOr<TableLayout> TableLayout::Of(Table table, const std::vector<std::string>& header,
                                            absl::string_view path) {
  if (header.empty() || header[0] != "record") {
    return HeaderError(path, "does not begin with the column 'record'");
  }
  if (header.size() > kMaxColumns) {
    return HeaderError(path, absl::StrCat("has more than ", kMaxColumns, " columns"));
  }
  TableLayout layout;
  layout.columns_ = header.size() - 1;
  layout.column_of_.fill(kMaxColumns);
  for (size_t i = 1; i < header.size(); ++i) {
    if (std::find(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(i), header[i]) !=
        header.begin() + static_cast<std::ptrdiff_t>(i)) {
      return HeaderError(path, absl::StrCat("has two columns '", header[i], "'"));
    }
    const auto known = std::find(kFieldNames.begin(), kFieldNames.end(), header[i]);
    const bool is_death = header[i] == "death";
    if (table == Table::kPersons && !is_death) {
      layout.quasi_identifiers_.emplace_back(i - 1, header[i]);
    } else if (known != kFieldNames.end()) {
      layout.column_of_[static_cast<size_t>(known - kFieldNames.begin())] = i - 1;
    }
  }
  for (const Field field : RequiredFieldsOf(table)) {
    if (layout.ColumnOf(field) == kMaxColumns) {
      return HeaderError(
          path, absl::StrCat("has no column '", kFieldNames[static_cast<size_t>(field)], "'"));
    }
  }
  return layout;
}

void RawRow::Split(absl::string_view row) {
  size_ = 0;
  const char* at = row.data();
  const char* const end = at + row.size();
  while (size_ < kMaxColumns) {
    const char* comma = at;
    if (at < end && *at == '"') {
      // The closing quote is the first that is not doubled, and what follows it is a comma.
      for (comma = at + 1; comma < end; ++comma) {
        if (*comma != '"') continue;
        if (comma + 1 == end || comma[1] != '"') break;
        ++comma;
      }
    }
    // Fields are short, so a loop is faster than memchr.
    while (comma < end && *comma != ',') ++comma;
    fields_[size_++] = absl::string_view(at, static_cast<size_t>(comma - at));
    if (comma >= end) return;
    at = comma + 1;
  }
}

std::string Unquoted(absl::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"') return std::string(raw);
  std::string text(raw.substr(1, raw.size() - 2));
  text.resize(UndoubleQuotes(text.data(), text.size()));
  return text;
}

}  // namespace blindlink::researcher
