#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/csv/csv_row.h"
#include "common/csv/input_buffer.h"

namespace blindlink {

// Reads result files and truth files row by row: comma-separated rows as csv_row.h defines them,
// where blanks belong to their field, with LF or CRLF and an optional byte order mark, plain, gzip
// or zstd (byte_source.h). Empty lines are skipped. Not thread-safe.
//
// Errors name the file and the row (counted from 1, without the header), never a value: those of
// OpenByteSource; INVALID_ARGUMENT for a row that is malformed, has another number of fields than
// the header, or is longer than 16 MiB.
class CsvReader {
 public:
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(const std::string& path);

  const std::vector<std::string>& header() const { return header_; }
  // For each name the index of its column. INVALID_ARGUMENT names the missing column.
  absl::StatusOr<std::vector<size_t>> ColumnsOf(absl::Span<const absl::string_view> names) const;
  bool HasColumn(absl::string_view name) const;

  // The next row's fields, as many as the header has; valid until the next call. False at the end.
  absl::StatusOr<bool> Next();
  const std::vector<std::string>& fields() const { return fields_; }
  const std::string& path() const { return path_; }

 private:
  CsvReader(std::string path, InputBuffer buffer)
      : path_(std::move(path)), buffer_(std::move(buffer)) {}
  absl::StatusOr<bool> ReadRow(std::vector<std::string>* fields);
  absl::Status RowError(absl::string_view what) const;

  const std::string path_;
  InputBuffer buffer_;
  std::vector<std::string> header_;
  std::vector<std::string> fields_;
  std::vector<CsvField> row_fields_;  // of the row that is being read
  uint64_t row_ = 0;
};

}  // namespace blindlink
