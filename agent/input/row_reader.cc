#include "agent/input/row_reader.h"

#include <utility>

#include "agent/input/csv_row_reader.h"
#include "agent/input/json_lines_reader.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
absl::StatusOr<std::unique_ptr<RowReader>> OpenRowReader(std::unique_ptr<ByteSource> bytes,
                                                         std::optional<char> delimiter,
                                                         RejectLog* rejects) {
  InputBuffer buffer(std::move(bytes));
  BL_RETURN_IF_ERROR(buffer.BeginText());
  return OpenTextRows(std::move(buffer), delimiter, rejects);
}

absl::StatusOr<std::unique_ptr<RowReader>> OpenTextRows(InputBuffer buffer,
                                                        std::optional<char> delimiter,
                                                        RejectLog* rejects) {
  // A tab may be the delimiter after an empty first header.
  BL_RETURN_IF_ERROR(buffer.SkipAny(" \r\n"));
  const char first = buffer.unread().empty() ? '\0' : buffer.unread()[0];
  if (first == '{') return std::make_unique<JsonLinesReader>(std::move(buffer), rejects);
  if (first == '[') {
    return absl::InvalidArgumentError(
        "the file is a JSON array; write JSON Lines instead: one object per line, without the "
        "brackets");
  }
  return CsvRowReader::Open(std::move(buffer), delimiter, rejects);
}

}  // namespace blindlink::agent
