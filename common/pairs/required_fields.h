#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/csv/csv_reader.h"

namespace blindlink {

// The columns of a CSV file that an evaluation needs, row by row. No field may be empty: a pair
// that lacks a record would be counted as something else. Errors name file, row and column, never a
// value.
class RequiredFields {
 public:
  // INVALID_ARGUMENT if a column is missing. `reader` must outlive this.
  static absl::StatusOr<RequiredFields> Of(CsvReader& reader,
                                           absl::Span<const absl::string_view> names);

  // The next row; false at the end.
  absl::StatusOr<bool> Next();
  const std::string& operator[](size_t i) const { return reader_->fields()[columns_[i]]; }
  // INVALID_ARGUMENT for the row that was read last.
  absl::Status Error(absl::string_view what) const;
  uint64_t row() const { return row_; }

 private:
  RequiredFields(CsvReader* reader, std::vector<size_t> columns)
      : reader_(reader), columns_(std::move(columns)) {}

  CsvReader* reader_;
  std::vector<size_t> columns_;
  uint64_t row_ = 0;
};

}  // namespace blindlink
