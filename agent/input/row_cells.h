#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "agent/input/row_reader.h"

namespace blindlink::agent {

// The cells of a row that a reader puts together itself, for formats without a header: a column
// exists from its first value on. Not thread-safe.
class RowCells {
 public:
  const std::vector<std::string>& columns() const { return columns_; }

  // Begins another row.
  void Clear() { cells_.clear(); }
  // Adds a value without blanks at either end; nothing if nothing is left. A column may have
  // several values. Hostile input cannot make more than 10 000 columns; what is beyond is dropped.
  void Add(absl::string_view column, absl::string_view text);
  // The first value of a column of this row; empty if it has none.
  absl::string_view Get(absl::string_view column) const;
  // Fills `row` with views that are valid until the next Clear.
  void ShowIn(Row* row) const;

 private:
  std::vector<std::string> columns_;
  absl::flat_hash_map<std::string, size_t> column_of_;
  std::deque<std::pair<size_t, std::string>> cells_;
};

}  // namespace blindlink::agent
