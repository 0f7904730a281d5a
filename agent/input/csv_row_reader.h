#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/input/row_reader.h"
#include "agent/input/text_encoding.h"
#include "common/csv/csv_row.h"

namespace blindlink::agent {

// Reads CSV and TSV with a header row. Rejects malformed rows and continues with the next:
//   row-too-long        longer than kMaxRowBytes; never held in memory as a whole
//   column-count        fewer columns than the header, or more that are not empty
//   stray-quote, unterminated-quote
//                       only the row's first line is skipped, so that a surplus quote does not
//                       swallow the rows after it
//   not-utf8, nul-byte
// Rows in Windows-1252 are converted (text_encoding.h) and noted as read-as-windows-1252. Empty
// lines are not rows; a first line "sep=;" names the delimiter.
class CsvRowReader : public RowReader {
 public:
  // Reads the header. INVALID_ARGUMENT if there is no header or no row after it.
  static absl::StatusOr<std::unique_ptr<RowReader>> Open(InputBuffer buffer,
                                                         std::optional<char> delimiter,
                                                         RejectLog* rejects);

  const std::vector<std::string>& columns() const override { return columns_; }
  absl::StatusOr<bool> Next(Row* row) override;
  uint64_t rows_read() const override { return rows_read_; }
  double ShareRead() const override { return buffer_.ShareRead(); }

 private:
  CsvRowReader(InputBuffer buffer, RejectLog* rejects)
      : buffer_(std::move(buffer)), rejects_(rejects) {}

  // Consumes the line "sep=;", which Excel writes and reads before the header, with the character
  // that it names. Nothing if there is no such line.
  absl::StatusOr<std::optional<char>> TakeDelimiterLine();
  absl::Status ReadHeader(std::optional<char> delimiter);
  absl::Status RejectLine(absl::string_view reason);
  // Fills `row` from the row at the front of the buffer and consumes it. False if it is rejected.
  absl::StatusOr<bool> TakeRow(const CsvRowExtent& extent, Row* row);
  // `windows_1252`: the row is in that encoding.
  void FillCells(bool windows_1252, Row* row);

  InputBuffer buffer_;
  RejectLog* rejects_;
  char delimiter_ = ',';
  std::vector<std::string> columns_;
  std::vector<CsvField> fields_;
  TextEncoding encoding_;
  std::deque<std::string> made_texts_;  // the current row's texts that were converted
  uint64_t rows_read_ = 0;
};

}  // namespace blindlink::agent
