#include "agent/clinical/codes/code_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "common/csv/buffered_row.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {
namespace {

std::string Trimmed(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    text = absl::StripAsciiWhitespace(text.substr(1, text.size() - 2));
  }
  return std::string(text);
}

absl::StatusOr<char> DelimiterOf(InputBuffer* buffer) {
  while (buffer->unread().find('\n') == absl::string_view::npos && !buffer->at_end() &&
         buffer->unread().size() < kMaxRowBytes) {
    BL_RETURN_IF_ERROR(buffer->Fill());
  }
  const absl::string_view text = buffer->unread();
  return SniffDelimiter(text.substr(0, text.find('\n')));
}

}  // namespace

absl::StatusOr<CodeTable> CodeTable::Open(const std::string& path) {
  CodeTable table(path);
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  table.buffer_ = std::make_unique<InputBuffer>(std::move(bytes));
  BL_RETURN_IF_ERROR(table.buffer_->BeginText());
  BL_RETURN_IF_ERROR(table.buffer_->SkipEmptyLines());
  BL_ASSIGN_OR_RETURN(table.delimiter_, DelimiterOf(table.buffer_.get()));
  BL_ASSIGN_OR_RETURN(const bool any, table.ReadRow());
  if (!any) return absl::InvalidArgumentError(absl::StrCat(path, " is empty: a header is needed"));
  table.SetHeader();
  return table;
}

CodeTable::CodeTable(std::string name, std::vector<std::vector<std::string>> rows)
    : name_(std::move(name)), rows_(std::move(rows)) {
  if (rows_.empty()) return;
  fields_ = rows_[next_row_++];
  SetHeader();
}

void CodeTable::SetHeader() {
  for (const std::string& field : fields_) {
    header_.push_back(absl::AsciiStrToLower(Trimmed(field)));
  }
}

std::optional<size_t> CodeTable::Find(absl::Span<const absl::string_view> names) const {
  for (const absl::string_view name : names) {
    const auto found = std::find(header_.begin(), header_.end(), name);
    if (found != header_.end()) return static_cast<size_t>(found - header_.begin());
  }
  return std::nullopt;
}

absl::StatusOr<bool> CodeTable::Next() {
  ++row_;
  BL_ASSIGN_OR_RETURN(const bool any, ReadRow());
  if (!any) return false;
  // A sheet leaves out empty cells at the end; a text does not.
  if (buffer_ == nullptr) fields_.resize(header_.size());
  if (fields_.size() != header_.size()) {
    return absl::InvalidArgumentError(absl::StrCat(name_, ", row ", row_, " has ", fields_.size(),
                                                   " fields, the header has ", header_.size()));
  }
  for (std::string& field : fields_) field = Trimmed(field);
  return true;
}

absl::StatusOr<bool> CodeTable::ReadRow() {
  if (buffer_ != nullptr) return ReadTextRow();
  if (next_row_ >= rows_.size()) return false;
  fields_ = std::move(rows_[next_row_++]);
  return true;
}

absl::StatusOr<bool> CodeTable::ReadTextRow() {
  BL_RETURN_IF_ERROR(buffer_->SkipEmptyLines());
  if (buffer_->unread().empty()) return false;
  const CsvDialect dialect{.delimiter = delimiter_, .trims_blanks = true};
  BL_ASSIGN_OR_RETURN(const CsvRowExtent extent, MeasureRow(dialect, buffer_.get()));
  if (extent.end != CsvRowEnd::kComplete) {
    return absl::InvalidArgumentError(
        absl::StrCat(name_, ", row ", row_, " has a quote that is not closed or not doubled"));
  }
  std::vector<CsvField> split;
  SplitCsvRow(buffer_->unread().substr(0, extent.content_size), dialect, extent.has_quotes, &split);
  fields_.clear();
  for (const CsvField& field : split) fields_.emplace_back(TakeText(field, buffer_.get()));
  buffer_->Consume(extent.size);
  return true;
}

absl::Status CodeTable::Error(absl::string_view column, absl::string_view what) const {
  return absl::InvalidArgumentError(
      absl::StrCat(name_, ", row ", row_, ", column '", column, "': ", what));
}

}  // namespace blindlink::agent
