#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/input/fixed_width_layout.h"
#include "agent/input/reject_log.h"
#include "agent/input/row_reader.h"
#include "agent/input/text_encoding.h"
#include "common/csv/input_buffer.h"

namespace blindlink::agent {

// Reads lines whose columns stand at fixed positions. A row's number is that of its line, also
// counting lines of a header and empty ones, which are no rows. Rejects rows as
//   line-too-short    the line ends before the layout does, and blanks at its end are kept
//   line-too-long     it has more than blanks after the layout's end
//   truncated-line    the file ends within the line, so that more than blanks may be missing
//   cuts-a-character  positions count bytes, and one is within a character of UTF-8
//   row-too-long, not-utf8, nul-byte
// Rows in Windows-1252 are converted and noted as read-as-windows-1252. Blanks around a value do
// not belong to it.
class FixedWidthReader : public RowReader {
 public:
  // `buffer` has begun its text, and nothing of it was consumed. Skips the header.
  static absl::StatusOr<std::unique_ptr<RowReader>> Open(FixedWidthLayout layout,
                                                         InputBuffer buffer, RejectLog* rejects);

  const std::vector<std::string>& columns() const override { return columns_; }
  absl::StatusOr<bool> Next(Row* row) override;
  uint64_t rows_read() const override { return rows_read_; }
  double ShareRead() const override { return buffer_.ShareRead(); }

 private:
  FixedWidthReader(FixedWidthLayout layout, InputBuffer buffer, RejectLog* rejects);

  // Finds the next line that is not blank; false at the end of the file.
  absl::StatusOr<bool> NextLine(absl::string_view* line);
  // Fills the cells of a row. The reason if it is rejected, else null.
  const char* Split(absl::string_view line, Row* row);
  // Fills positions_ with where the characters, or bytes, of `line` begin, and with its end.
  // Returns how many there are.
  size_t FindPositions(absl::string_view line, bool in_bytes);
  void Reject(const char* reason);

  const FixedWidthLayout layout_;
  InputBuffer buffer_;
  RejectLog* const rejects_;
  std::vector<std::string> columns_;
  std::vector<size_t> positions_;
  std::string converted_;  // the line, if it is in Windows-1252
  TextEncoding encoding_;
  bool line_ended_ = true;  // whether the current line has its end
  uint64_t lines_ = 0;
  uint64_t rows_read_ = 0;
};

}  // namespace blindlink::agent
