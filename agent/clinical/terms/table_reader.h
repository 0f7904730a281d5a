#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/csv/csv_row.h"
#include "common/csv/input_buffer.h"

namespace blindlink::agent {

// Reads a table with a header, row by row: comma, tab, semicolon or | between fields (the one that
// the header has most), plain, gzip or zstd, UTF-8. Not thread-safe.
//
// Errors name the file, the row (counted from 1, without the header) and the column, never a value:
// INVALID_ARGUMENT for a malformed row, one with more fields than the header, and text that is not
// UTF-8. Missing fields at the end of a row are empty.
class TableReader {
 public:
  static absl::StatusOr<std::unique_ptr<TableReader>> Open(const std::string& path);

  const std::vector<std::string>& header() const { return header_; }
  // The index of the first of these columns that there is, in any case; -1 if there is none.
  int ColumnOf(absl::Span<const absl::string_view> names) const;
  // The same; INVALID_ARGUMENT names the columns that would do.
  absl::StatusOr<int> NeededColumn(absl::Span<const absl::string_view> names) const;

  // The next row; false at the end. fields() is valid until the next call.
  absl::StatusOr<bool> Next();
  const std::vector<std::string>& fields() const { return fields_; }
  // The field, without blanks around it; empty for column -1.
  absl::string_view Field(int column) const;
  uint64_t row() const { return row_; }
  char delimiter() const { return dialect_.delimiter; }
  double ShareRead() const { return buffer_.ShareRead(); }
  // "FILE, row 7: what"
  absl::Status RowError(absl::string_view what) const;

 private:
  TableReader(std::string path, InputBuffer buffer)
      : path_(std::move(path)), buffer_(std::move(buffer)) {}
  absl::StatusOr<bool> ReadRow(std::vector<std::string>* fields);
  absl::Status SniffDialect();

  const std::string path_;
  InputBuffer buffer_;
  CsvDialect dialect_{.delimiter = ',', .trims_blanks = false};
  std::vector<std::string> header_, fields_;
  std::vector<CsvField> row_fields_;
  uint64_t row_ = 0;
};

// The lines of a text file, plain or compressed, without line ends.
absl::StatusOr<std::vector<std::string>> ReadTextLines(const std::string& path);

}  // namespace blindlink::agent
