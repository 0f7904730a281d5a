#include "agent/risk/delimited_file.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/csv/buffered_row.h"
#include "common/csv/byte_source.h"
#include "common/csv/text_check.h"

namespace blindlink::agent {

absl::StatusOr<std::unique_ptr<DelimitedFile>> DelimitedFile::Open(const std::string& path,
                                                                   char preferred) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  std::unique_ptr<DelimitedFile> file(new DelimitedFile(path, InputBuffer(std::move(bytes))));
  if (const absl::Status begun = file->buffer_.BeginText(); !begun.ok()) {
    return absl::Status(begun.code(), absl::StrCat(path, ": ", begun.message()));
  }
  BL_RETURN_IF_ERROR(file->buffer_.SkipEmptyLines());
  while (!file->buffer_.at_end() && file->buffer_.unread().find('\n') == absl::string_view::npos &&
         file->buffer_.unread().size() < kMaxRowBytes) {
    BL_RETURN_IF_ERROR(file->buffer_.Fill());
  }
  const absl::string_view text = file->buffer_.unread();
  const absl::string_view first_line = text.substr(0, text.find('\n'));
  const bool has_preferred =
      preferred != '\0' && first_line.find(preferred) != absl::string_view::npos;
  file->dialect_.delimiter = has_preferred ? preferred : SniffDelimiter(first_line);
  return file;
}

absl::StatusOr<bool> DelimitedFile::Next() {
  buffer_.Consume(consumed_);
  consumed_ = 0;
  BL_RETURN_IF_ERROR(buffer_.SkipEmptyLines());
  if (buffer_.unread().empty()) return false;
  ++line_;
  BL_ASSIGN_OR_RETURN(const CsvRowExtent extent, MeasureRow(dialect_, &buffer_));
  switch (extent.end) {
    case CsvRowEnd::kNeedsMore:
      return Error("is longer than 16 MiB: is a closing quote missing?");
    case CsvRowEnd::kUnterminatedQuote:
      return Error("ends within quotes");
    case CsvRowEnd::kStrayQuote:
      return Error("has text after a closing quote");
    case CsvRowEnd::kComplete:
      break;
  }
  SplitCsvRow(buffer_.unread().substr(0, extent.content_size), dialect_, extent.has_quotes, &row_);
  fields_.clear();
  for (const CsvField& field : row_) fields_.push_back(TakeText(field, &buffer_));
  consumed_ = extent.size;
  BL_RETURN_IF_ERROR(CheckRow());
  width_ = fields_.size();
  return true;
}

absl::Status DelimitedFile::CheckRow() const {
  if (width_ != 0 && fields_.size() != width_) {
    return Error(absl::StrCat("has ", fields_.size(), " columns, the first line has ", width_));
  }
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (const char* why = WhyNotUsable(fields_[i]); why != nullptr) {
      return Error(absl::StrCat("column ", i + 1, " is not UTF-8 text (", why, ")"));
    }
  }
  return absl::OkStatus();
}

absl::Status DelimitedFile::Error(absl::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat(path_, ", line ", line_, ": ", what));
}

void AppendDelimitedRow(absl::Span<const absl::string_view> fields, char delimiter,
                        std::string* out) {
  if (fields.size() == 1 && fields[0].empty()) out->append("\"\"");
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out->push_back(delimiter);
    const char special[] = {delimiter, '"', '\r', '\n', '\0'};
    if (fields[i].find_first_of(special) == absl::string_view::npos) {
      out->append(fields[i].data(), fields[i].size());
      continue;
    }
    out->push_back('"');
    for (const char c : fields[i]) {
      if (c == '"') out->push_back('"');
      out->push_back(c);
    }
    out->push_back('"');
  }
  out->push_back('\n');
}

}  // namespace blindlink::agent
