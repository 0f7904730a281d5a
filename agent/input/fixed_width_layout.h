#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Where the columns of a file of fixed width stand.
struct FixedWidthLayout {
  struct Column {
    std::string name;
    size_t first;   // from 0
    size_t length;  // at least 1
  };
  std::vector<Column> columns;
  bool in_bytes = true;  // whether positions count bytes; otherwise characters
  bool trimmed = false;  // whether blanks at the end of a line may be missing
  size_t line_length = 0;
  size_t header_lines = 0;  // how many lines come before the first row
};

// Reads a layout: settings, one NAME=VALUE a line, then the header "column,first,length" and a line
// for each column, whose first position is 1. Empty lines and lines that begin with # do not count.
//
//   positions=bytes          or characters; must be stated
//   trailing_blanks=kept     or trimmed [kept]
//   line_length=120          without the end of the line [the end of the last column]
//   header_lines=1           [0]
//   column,first,length
//   record_id,1,10
//
// Columns may overlap and leave gaps. INVALID_ARGUMENT names the line and what is wrong with it.
absl::StatusOr<FixedWidthLayout> ParseFixedWidthLayout(absl::string_view text);

// The same of a file, whose name errors begin with. Other errors are those of common/base/files.h.
absl::StatusOr<FixedWidthLayout> ReadFixedWidthLayout(const std::string& path);

}  // namespace blindlink::agent
