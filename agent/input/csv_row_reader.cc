#include "agent/input/csv_row_reader.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "common/csv/buffered_row.h"
#include "common/csv/windows1252.h"

namespace blindlink::agent {

absl::StatusOr<std::unique_ptr<RowReader>> CsvRowReader::Open(InputBuffer buffer,
                                                              std::optional<char> delimiter,
                                                              RejectLog* rejects) {
  auto reader = absl::WrapUnique(new CsvRowReader(std::move(buffer), rejects));
  BL_RETURN_IF_ERROR(reader->ReadHeader(delimiter));
  BL_RETURN_IF_ERROR(reader->buffer_.SkipEmptyLines());
  if (reader->buffer_.unread().empty()) {
    return absl::InvalidArgumentError("the file has a header but no data row");
  }
  return reader;
}

absl::StatusOr<std::optional<char>> CsvRowReader::TakeDelimiterLine() {
  constexpr absl::string_view kSep = "sep=";
  const absl::string_view line = buffer_.unread().substr(0, buffer_.unread().find_first_of("\r\n"));
  const absl::string_view bare = absl::StripSuffix(absl::StripPrefix(line, "\""), "\"");
  if (bare.size() != kSep.size() + 1 || !absl::StartsWithIgnoreCase(bare, kSep)) {
    return std::optional<char>();
  }
  const char delimiter = bare.back();
  BL_RETURN_IF_ERROR(buffer_.SkipLine());
  BL_RETURN_IF_ERROR(buffer_.SkipEmptyLines());
  return std::optional<char>(delimiter);
}

absl::Status CsvRowReader::ReadHeader(std::optional<char> delimiter) {
  BL_RETURN_IF_ERROR(buffer_.SkipEmptyLines());
  BL_ASSIGN_OR_RETURN(const std::optional<char> stated, TakeDelimiterLine());
  if (!delimiter.has_value()) delimiter = stated;
  if (buffer_.unread().empty()) return absl::InvalidArgumentError("the file is empty");
  delimiter_ = delimiter.value_or(',');
  BL_ASSIGN_OR_RETURN(CsvRowExtent extent, MeasureRow({delimiter_}, &buffer_));
  if (!delimiter.has_value()) {
    // The end of a row may depend on the delimiter, but the end of its first line does not.
    const absl::string_view text = buffer_.unread();
    delimiter_ = SniffDelimiter(text.substr(0, text.find('\n')));
    BL_ASSIGN_OR_RETURN(extent, MeasureRow({delimiter_}, &buffer_));
  }
  if (extent.end != CsvRowEnd::kComplete) {
    return absl::InvalidArgumentError(
        "the header row is malformed: a quote is not closed, or it is longer than 16 MiB");
  }
  const absl::string_view content = buffer_.unread().substr(0, extent.content_size);
  const TextKind kind = encoding_.KindOf(content);
  if (kind.why_not != nullptr) {
    return absl::InvalidArgumentError(
        "the header row is not UTF-8 text, nor Windows-1252; convert the file first, for instance "
        "with iconv -f MACINTOSH -t UTF-8, or save it as CSV UTF-8");
  }
  SplitCsvRow(content, {delimiter_}, extent.has_quotes, &fields_);
  Row row;
  FillCells(kind.windows_1252, &row);
  for (const RowCell& cell : row.cells) columns_.emplace_back(cell.text);
  buffer_.Consume(extent.size);
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvRowReader::Next(Row* row) {
  while (true) {
    BL_RETURN_IF_ERROR(buffer_.SkipEmptyLines());
    if (buffer_.unread().empty()) return false;
    BL_ASSIGN_OR_RETURN(const CsvRowExtent extent, MeasureRow({delimiter_}, &buffer_));
    row->number = ++rows_read_;
    switch (extent.end) {
      case CsvRowEnd::kComplete: {
        BL_ASSIGN_OR_RETURN(const bool taken, TakeRow(extent, row));
        if (taken) return true;
        break;
      }
      case CsvRowEnd::kNeedsMore: {
        const bool one_line =
            buffer_.unread().substr(0, kMaxRowBytes).find('\n') == absl::string_view::npos;
        BL_RETURN_IF_ERROR(RejectLine(one_line ? "row-too-long" : "unterminated-quote"));
        break;
      }
      case CsvRowEnd::kUnterminatedQuote:
        BL_RETURN_IF_ERROR(RejectLine("unterminated-quote"));
        break;
      case CsvRowEnd::kStrayQuote:
        BL_RETURN_IF_ERROR(RejectLine("stray-quote"));
        break;
    }
  }
}

absl::Status CsvRowReader::RejectLine(absl::string_view reason) {
  rejects_->Add({rows_read_, "", std::string(reason)}, /*whole_row=*/true);
  return buffer_.SkipLine();
}

absl::StatusOr<bool> CsvRowReader::TakeRow(const CsvRowExtent& extent, Row* row) {
  const absl::string_view content = buffer_.unread().substr(0, extent.content_size);
  SplitCsvRow(content, {delimiter_}, extent.has_quotes, &fields_);
  // Some writers end every row except the header with a delimiter.
  while (fields_.size() > columns_.size() && fields_.back().text.empty()) fields_.pop_back();
  if (fields_.size() != columns_.size()) {
    BL_RETURN_IF_ERROR(RejectLine("column-count"));
    return false;
  }
  const TextKind kind = encoding_.KindOf(content);
  if (kind.why_not != nullptr) {
    rejects_->Add({rows_read_, "", kind.why_not}, /*whole_row=*/true);
    buffer_.Consume(extent.size);
    return false;
  }
  if (kind.windows_1252) {
    rejects_->Add({rows_read_, "", "read-as-windows-1252"}, /*whole_row=*/false);
  }
  FillCells(kind.windows_1252, row);
  buffer_.Consume(extent.size);  // the bytes stay in place until the next Fill
  return true;
}

void CsvRowReader::FillCells(bool windows_1252, Row* row) {
  row->cells.clear();
  made_texts_.clear();
  for (size_t i = 0; i < fields_.size(); ++i) {
    absl::string_view text = TakeText(fields_[i], &buffer_);
    if (windows_1252) text = made_texts_.emplace_back(Windows1252ToUtf8(text));
    row->cells.push_back({i, text});
  }
}

}  // namespace blindlink::agent
