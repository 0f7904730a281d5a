#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/csv/csv_row.h"

namespace blindlink::researcher {

// The tables of an extract and their columns (docs/formats/extract.md).
enum class Table : uint8_t { kPersons, kVisits, kDiagnoses, kProcedures, kDrugs, kEnrolment };
inline constexpr size_t kTables = 6;

absl::string_view NameOf(Table table);
std::optional<Table> TableNamed(absl::string_view name);

enum class Field : uint8_t {
  kVisit,
  kReceipt,
  kStart,
  kEnd,
  kSeq,
  kDate,
  kCode,
  kCodeSystem,
  kCertainty,
  kName,
  kSetting,
  kPayer,
  kProvider,
  kAmount,
  kDeath,
};
inline constexpr size_t kFields = 15;

// How extracts and timelines are written: blanks belong to their field.
inline constexpr CsvDialect kTableDialect{.delimiter = ',', .trims_blanks = false};

// Tables with more columns are refused.
inline constexpr size_t kMaxColumns = 64;

// Where the fields of a table's rows are. `record`, the first column, is not part of a row here.
class TableLayout {
 public:
  // INVALID_ARGUMENT, naming `path`, if the first column is not `record`, a column that every
  // extract has is missing, or a column occurs twice.
  static absl::StatusOr<TableLayout> Of(Table table, const std::vector<std::string>& header,
                                        absl::string_view path);

  size_t columns() const { return columns_; }
  // The column of the field; kMaxColumns if the table has none.
  size_t ColumnOf(Field field) const { return column_of_[static_cast<size_t>(field)]; }
  // The persons table's columns by which somebody could recognize a person: index and name.
  const std::vector<std::pair<size_t, std::string>>& quasi_identifiers() const {
    return quasi_identifiers_;
  }

 private:
  size_t columns_ = 0;
  std::array<size_t, kFields> column_of_{};
  std::vector<std::pair<size_t, std::string>> quasi_identifiers_;
};

// A row of a table as written, quotes included, split into fields. No copy is made.
class RawRow {
 public:
  // `row` has no line end, is well-formed, and has as many fields as its layout has columns.
  void Split(absl::string_view row);
  size_t size() const { return size_; }
  absl::string_view operator[](size_t column) const { return fields_[column]; }
  // Empty if the table has no such column.
  absl::string_view Get(const TableLayout& layout, Field field) const {
    const size_t column = layout.ColumnOf(field);
    return column < size_ ? fields_[column] : absl::string_view();
  }

 private:
  std::array<absl::string_view, kMaxColumns> fields_;
  size_t size_ = 0;
};

// A field's text without its quotes.
std::string Unquoted(absl::string_view raw);

}  // namespace blindlink::researcher
