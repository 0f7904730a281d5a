#pragma once

#include <cstdint>
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

// Rows of delimited text (comma, semicolon, tab or |, recognized by the first line), plain, gzip or
// zstd. Blanks belong to their field; empty lines are skipped. Not thread-safe.
//
// Errors name the file and the line, never a value: those of OpenByteSource; INVALID_ARGUMENT for a
// row that is malformed, not UTF-8, or has another number of fields than the first.
class DelimitedFile {
 public:
  // `preferred`: the delimiter if the first line has it at all; '\0' for none.
  static absl::StatusOr<std::unique_ptr<DelimitedFile>> Open(const std::string& path,
                                                             char preferred = '\0');

  // The next row's fields, valid until the next call. False at the end.
  absl::StatusOr<bool> Next();
  const std::vector<absl::string_view>& fields() const { return fields_; }
  // Of the row that was read last, counted from 1; the first is the header if the file has one.
  // Lines within quotes and empty lines do not count.
  uint64_t line() const { return line_; }
  char delimiter() const { return dialect_.delimiter; }
  const std::string& path() const { return path_; }
  double ShareRead() const { return buffer_.ShareRead(); }
  // "FILE, line 3: what", INVALID_ARGUMENT.
  absl::Status Error(absl::string_view what) const;

 private:
  DelimitedFile(std::string path, InputBuffer buffer)
      : path_(std::move(path)), buffer_(std::move(buffer)) {}
  absl::Status CheckRow() const;

  const std::string path_;
  InputBuffer buffer_;
  CsvDialect dialect_{.delimiter = ',', .trims_blanks = false};
  std::vector<CsvField> row_;
  std::vector<absl::string_view> fields_;
  size_t consumed_ = 0;  // size of the row that fields_ lie in
  size_t width_ = 0;
  uint64_t line_ = 0;
};

// Appends a row in the same dialect, quoted where needed, with LF.
void AppendDelimitedRow(absl::Span<const absl::string_view> fields, char delimiter,
                        std::string* out);

}  // namespace blindlink::agent
