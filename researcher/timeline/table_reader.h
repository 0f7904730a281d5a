#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/bytes16.h"
#include "common/csv/csv_row.h"
#include "common/csv/input_buffer.h"
#include "researcher/timeline/extract.h"
#include "researcher/timeline/tables.h"

namespace blindlink::researcher {

// Reads a table of an extract record by record, as text. Not thread-safe.
//
// Errors name the file and the row (counted from 1, without the header), never a value:
// INVALID_ARGUMENT for a row that is malformed, has another number of fields than the header, has a
// record that is not 32 hexadecimal digits, or is out of order; and if the file has another number
// of rows than its manifest says.
class TableReader {
 public:
  static absl::StatusOr<std::unique_ptr<TableReader>> Open(Table table, const ExtractFile& file);

  const TableLayout& layout() const { return layout_; }
  const std::string& path() const { return path_; }
  Table table() const { return table_; }

  // The record whose rows come next; null at the end.
  const RecordPseudonym* record() const { return at_end_ ? nullptr : &record_; }
  // The number of its first row.
  uint64_t row() const { return row_; }
  // Appends that record's rows to `out`, without the column `record`, each ending with a line feed.
  absl::Status TakeRows(std::string* out);

 private:
  TableReader(Table table, const ExtractFile& file, InputBuffer buffer)
      : table_(table), path_(file.path), rows_(file.rows), buffer_(std::move(buffer)) {}
  absl::Status ReadHeader();
  // Finds the next row, which then is `next_`, at the front of the buffer.
  absl::Status FindRow();
  absl::Status CheckFields(absl::string_view row);
  absl::Status RowError(absl::string_view what) const;

  const Table table_;
  const std::string path_;
  const uint64_t rows_;
  InputBuffer buffer_;
  TableLayout layout_;
  std::vector<CsvField> fields_;
  CsvRowExtent next_;
  RecordPseudonym record_{};
  uint64_t row_ = 0;
  bool at_end_ = false;
};

}  // namespace blindlink::researcher
