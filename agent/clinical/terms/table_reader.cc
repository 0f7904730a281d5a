#include "agent/clinical/terms/table_reader.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/csv/buffered_row.h"
#include "common/csv/byte_source.h"
#include "common/csv/text_check.h"

namespace blindlink::agent {

absl::StatusOr<std::unique_ptr<TableReader>> TableReader::Open(const std::string& path) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  std::unique_ptr<TableReader> reader(new TableReader(path, InputBuffer(std::move(bytes))));
  if (const absl::Status begun = reader->buffer_.BeginText(); !begun.ok()) {
    return absl::Status(begun.code(), absl::StrCat(path, ": ", begun.message()));
  }
  BL_RETURN_IF_ERROR(reader->SniffDialect());
  BL_ASSIGN_OR_RETURN(const bool any, reader->ReadRow(&reader->header_));
  if (!any) return absl::InvalidArgumentError(absl::StrCat(path, " is empty: a header is needed"));
  return reader;
}

absl::Status TableReader::SniffDialect() {
  BL_RETURN_IF_ERROR(buffer_.SkipEmptyLines());
  while (!buffer_.at_end() && buffer_.unread().find('\n') == absl::string_view::npos) {
    BL_RETURN_IF_ERROR(buffer_.Fill());
  }
  dialect_.delimiter = SniffDelimiter(buffer_.unread().substr(0, buffer_.unread().find('\n')));
  return absl::OkStatus();
}

int TableReader::ColumnOf(absl::Span<const absl::string_view> names) const {
  for (const absl::string_view name : names) {
    for (size_t i = 0; i < header_.size(); ++i) {
      if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(header_[i]), name)) {
        return static_cast<int>(i);
      }
    }
  }
  return -1;
}

absl::StatusOr<int> TableReader::NeededColumn(absl::Span<const absl::string_view> names) const {
  const int column = ColumnOf(names);
  if (column >= 0) return column;
  return absl::InvalidArgumentError(
      absl::StrCat(path_, " has no column '", absl::StrJoin(names, "' or '"), "'"));
}

absl::StatusOr<bool> TableReader::Next() {
  ++row_;
  BL_ASSIGN_OR_RETURN(const bool any, ReadRow(&fields_));
  if (!any) return false;
  if (fields_.size() > header_.size()) {
    return RowError(
        absl::StrCat("has ", fields_.size(), " fields, the header has ", header_.size()));
  }
  fields_.resize(header_.size());
  return true;
}

absl::string_view TableReader::Field(int column) const {
  if (column < 0) return {};
  return absl::StripAsciiWhitespace(fields_[static_cast<size_t>(column)]);
}

absl::StatusOr<bool> TableReader::ReadRow(std::vector<std::string>* fields) {
  BL_RETURN_IF_ERROR(buffer_.SkipEmptyLines());
  if (buffer_.unread().empty()) return false;
  BL_ASSIGN_OR_RETURN(const CsvRowExtent extent, MeasureRow(dialect_, &buffer_));
  if (extent.end != CsvRowEnd::kComplete) {
    return RowError(extent.end == CsvRowEnd::kStrayQuote ? "has text after a closing quote"
                                                         : "ends within quotes or is too long");
  }
  SplitCsvRow(buffer_.unread().substr(0, extent.content_size), dialect_, extent.has_quotes,
              &row_fields_);
  fields->resize(row_fields_.size());
  for (size_t i = 0; i < row_fields_.size(); ++i) {
    const absl::string_view text = TakeText(row_fields_[i], &buffer_);
    if (WhyNotUsable(text) != nullptr) {
      return RowError(
          absl::StrCat("column ", i + 1, " is not UTF-8 text: convert the file to UTF-8"));
    }
    (*fields)[i].assign(text.data(), text.size());
  }
  buffer_.Consume(extent.size);
  return true;
}

absl::Status TableReader::RowError(absl::string_view what) const {
  return absl::InvalidArgumentError(
      absl::StrCat(path_, ", ", row_ == 0 ? "the header" : absl::StrCat("row ", row_), ": ", what));
}

absl::StatusOr<std::vector<std::string>> ReadTextLines(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source, OpenByteSource(path));
  std::string text, chunk(size_t{1} << 16, '\0');
  for (;;) {
    BL_ASSIGN_OR_RETURN(const size_t size, source->Read(chunk.data(), chunk.size()));
    if (size == 0) break;
    text.append(chunk, 0, size);
  }
  if (WhyNotUsable(text) != nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is not UTF-8 text: convert it to UTF-8"));
  }
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  for (std::string& line : lines) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
  }
  return lines;
}

}  // namespace blindlink::agent
