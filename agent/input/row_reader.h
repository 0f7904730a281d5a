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
  absl::string_view text;  // UTF-8 without NUL; trimmed unless it was quoted
};

// One data row. Its texts are valid until the next call of RowReader::Next.
struct Row {
  uint64_t number = 0;  // from 1
  std::vector<RowCell> cells;
};

// Reads the rows of a file of any format. Not thread-safe.
class RowReader {
 public:
  virtual ~RowReader() = default;

  // Grows while reading if the format has no header (JSON Lines).
  virtual const std::vector<std::string>& columns() const = 0;

  // Fills `row` with the next well-formed row; false at the end. Malformed rows go to the reject
  // log. Errors are those of reading the file; the caller must check how many rows were rejected.
  virtual absl::StatusOr<bool> Next(Row* row) = 0;

  // The number of rows so far, including rejected ones.
  virtual uint64_t rows_read() const = 0;
  virtual double ShareRead() const = 0;
};

// Opens CSV or JSON Lines; the first character tells them apart. `delimiter` is for CSV and is
// detected if absent. INVALID_ARGUMENT if the file is empty or a CSV file has no data row.
// `rejects` must outlive the reader.
absl::StatusOr<std::unique_ptr<RowReader>> OpenRowReader(std::unique_ptr<ByteSource> bytes,
                                                         std::optional<char> delimiter,
                                                         RejectLog* rejects);

// The same of a buffer that has begun its text.
absl::StatusOr<std::unique_ptr<RowReader>> OpenTextRows(InputBuffer buffer,
                                                        std::optional<char> delimiter,
                                                        RejectLog* rejects);

}  // namespace blindlink::agent
