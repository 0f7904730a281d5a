#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink {

// Appends one row as RFC 4180 defines it: a field is quoted if it contains a comma, a quote or a
// line break or begins or ends with a blank, and its quotes are doubled. The line ends with LF
// alone, which every CSV reader accepts and line tools need. A row of one empty field is written
// "", since it would otherwise be an empty line.
void AppendCsvRow(absl::Span<const absl::string_view> fields, std::string* out);

}  // namespace blindlink
