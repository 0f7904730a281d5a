#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink {

// Appends one row as RFC 4180 has it: a field is quoted if it holds a comma, a quote, a line break
// or a blank at its ends, and quotes in it are doubled. The line ends with LF alone, which every
// reader of CSV takes and line tools need. A row of one empty field is written "" so that it is no
// empty line.
void AppendCsvRow(absl::Span<const absl::string_view> fields, std::string* out);

}  // namespace blindlink
