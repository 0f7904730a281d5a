#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/input/reject_log.h"
#include "common/csv/input_buffer.h"

namespace blindlink::agent {

struct RowCell {
  size_t column;           // index into RowReader::columns()
  absl::string_view text;  // UTF-8 without NUL; outer blanks removed unless it was quoted
};

// One data row. Its texts live until the next call of RowReader::Next.
struct Row {
  uint64_t number = 0;  // from 1
  std::vector<RowCell> cells;
};

// Rows of a file, whatever its format. Not thread-safe.
class RowReader {
 public:
  virtual ~RowReader() = default;

  // Grows while reading where the format has no header (JSON Lines).
  virtual const std::vector<std::string>& columns() const = 0;

  // Fills `row` with the next well-formed row; false at the end. Malformed rows go to the reject
  // log. A status only for what ends the reading: the file's own errors, too many rejected rows is
  // the caller's business.
  virtual absl::StatusOr<bool> Next(Row* row) = 0;

  // Well-formed and rejected ones.
  virtual uint64_t rows_read() const = 0;
  virtual double ShareRead() const = 0;
};

// CSV or JSON Lines, told apart by the first character. `delimiter`: for CSV; sniffed if absent.
// INVALID_ARGUMENT for an empty file and for a CSV file without any data row. `rejects` must live
// as long as the reader.
absl::StatusOr<std::unique_ptr<RowReader>> OpenRowReader(std::unique_ptr<ByteSource> bytes,
                                                         std::optional<char> delimiter,
                                                         RejectLog* rejects);

}  // namespace blindlink::agent
