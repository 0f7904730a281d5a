#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/csv/input_buffer.h"

namespace blindlink::agent {

// A table with a header, as official code files and hierarchies come: text with any delimiter (the
// header decides), plain or compressed, or a sheet of a workbook. Names of columns are compared in
// small letters. Fields have no blanks and no single quotes around them. Not thread-safe.
//
// Errors are INVALID_ARGUMENT and name file, row (from 1, without the header) and column, never a
// value.
class CodeTable {
 public:
  static absl::StatusOr<CodeTable> Open(const std::string& path);
  // The rows of a sheet; the first one is the header.
  CodeTable(std::string name, std::vector<std::vector<std::string>> rows);

  const std::vector<std::string>& header() const { return header_; }
  // The first of `names` that is a column.
  std::optional<size_t> Find(absl::Span<const absl::string_view> names) const;
  bool Has(absl::string_view name) const { return Find({name}).has_value(); }

  // False at the end. fields() then has as many fields as the header.
  absl::StatusOr<bool> Next();
  const std::vector<std::string>& fields() const { return fields_; }
  // The field of a column that Find gave; empty if there is none.
  absl::string_view Field(std::optional<size_t> column) const {
    return column ? absl::string_view(fields_[*column]) : absl::string_view();
  }

  // An error in the current row.
  absl::Status Error(absl::string_view column, absl::string_view what) const;
  const std::string& name() const { return name_; }
  uint64_t row() const { return row_; }
  double ShareRead() const { return buffer_ ? buffer_->ShareRead() : -1; }

 private:
  explicit CodeTable(std::string name) : name_(std::move(name)) {}
  absl::StatusOr<bool> ReadRow();
  absl::StatusOr<bool> ReadTextRow();
  void SetHeader();

  std::string name_;
  std::unique_ptr<InputBuffer> buffer_;         // of a text
  std::vector<std::vector<std::string>> rows_;  // of a sheet
  size_t next_row_ = 0;
  char delimiter_ = ',';
  std::vector<std::string> header_;
  std::vector<std::string> fields_;
  uint64_t row_ = 0;
};

}  // namespace blindlink::agent
