#include "agent/input/row_reader.h"

#include <utility>

#include "absl/strings/match.h"
#include "agent/input/csv_row_reader.h"
#include "agent/input/json_lines_reader.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

// Consumes a byte order mark and leading white space. Returns the next character, 0 at the end.
absl::StatusOr<char> FirstCharacter(InputBuffer* buffer) {
  while (buffer->unread().size() < kByteOrderMark.size() && !buffer->at_end()) {
    BL_RETURN_IF_ERROR(buffer->Fill());
  }
  if (absl::StartsWith(buffer->unread(), kByteOrderMark)) buffer->Consume(kByteOrderMark.size());
  while (true) {
    const absl::string_view text = buffer->unread();
    // A tab may be the delimiter after an empty first header.
    const size_t first = text.find_first_not_of(" \r\n");
    if (first != absl::string_view::npos) {
      buffer->Consume(first);
      return text[first];
    }
    buffer->Consume(text.size());
    if (buffer->at_end()) return '\0';
    BL_RETURN_IF_ERROR(buffer->Fill());
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<RowReader>> OpenRowReader(std::unique_ptr<ByteSource> bytes,
                                                         std::optional<char> delimiter,
                                                         RejectLog* rejects) {
  InputBuffer buffer(std::move(bytes));
  BL_ASSIGN_OR_RETURN(const char first, FirstCharacter(&buffer));
  if (first == '{') return std::make_unique<JsonLinesReader>(std::move(buffer), rejects);
  if (first == '[') {
    return absl::InvalidArgumentError(
        "the file is a JSON array; write JSON Lines instead: one object per line, without the "
        "brackets");
  }
  return CsvRowReader::Open(std::move(buffer), delimiter, rejects);
}

}  // namespace blindlink::agent
