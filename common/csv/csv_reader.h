#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink {

// Reads result files, and truth files of the same kind, row by row: RFC 4180 with LF or CRLF, an
// optional byte order mark, plain or zstd (known by its first bytes; frames may follow one
// another). Empty lines are skipped. Not thread-safe.
//
// Errors name file and row (1-based, the header is not counted), never a value: NOT_FOUND and the
// like for the file, INVALID_ARGUMENT for what is not CSV, has another number of fields than the
// header, or has a row of more than 1 MiB.
class CsvReader {
 public:
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(const std::string& path);
  ~CsvReader();

  const std::vector<std::string>& header() const { return header_; }
  // For each name the index of its column. INVALID_ARGUMENT names what is missing.
  absl::StatusOr<std::vector<size_t>> ColumnsOf(absl::Span<const absl::string_view> names) const;
  bool HasColumn(absl::string_view name) const;

  // The next row's fields, as many as the header has; valid until the next call. False at the end.
  absl::StatusOr<bool> Next();
  const std::vector<std::string>& fields() const { return fields_; }
  const std::string& path() const { return path_; }

 private:
  class Bytes;  // the file, decompressed

  CsvReader(std::string path, std::unique_ptr<Bytes> bytes);
  absl::StatusOr<bool> ReadRow(std::vector<std::string>* fields);
  absl::Status RowError(absl::string_view what) const;

  const std::string path_;
  std::unique_ptr<Bytes> bytes_;
  std::vector<std::string> header_;
  std::vector<std::string> fields_;
  uint64_t row_ = 0;
};

}  // namespace blindlink
