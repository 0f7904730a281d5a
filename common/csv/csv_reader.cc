#include "common/csv/csv_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/csv/buffered_row.h"
#include "common/csv/byte_source.h"

namespace blindlink {
namespace {

// Ids are compared exactly as they are written, so blanks count.
constexpr CsvDialect kDialect{.delimiter = ',', .trims_blanks = false};

// What is wrong with a row that ends like this; empty if nothing is.
absl::string_view WhyNotARow(CsvRowEnd end) {
  switch (end) {
    case CsvRowEnd::kNeedsMore:
      return "is longer than 16 MiB: is a closing quote missing?";
    case CsvRowEnd::kUnterminatedQuote:
      return "ends within quotes";
    case CsvRowEnd::kStrayQuote:
      return "has text after a closing quote";
    default:
      return "";
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Open(const std::string& path) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  std::unique_ptr<CsvReader> reader(new CsvReader(path, InputBuffer(std::move(bytes))));
  if (const absl::Status begun = reader->buffer_.BeginText(); !begun.ok()) {
    return absl::Status(begun.code(), absl::StrCat(path, ": ", begun.message()));
  }
  BL_ASSIGN_OR_RETURN(const bool any, reader->ReadRow(&reader->header_));
  if (!any) return absl::InvalidArgumentError(absl::StrCat(path, " is empty: a header is needed"));
  return reader;
}

bool CsvReader::HasColumn(absl::string_view name) const {
  return std::find(header_.begin(), header_.end(), name) != header_.end();
}

absl::StatusOr<std::vector<size_t>> CsvReader::ColumnsOf(
    absl::Span<const absl::string_view> names) const {
  std::vector<size_t> columns;
  for (const absl::string_view name : names) {
    const auto found = std::find(header_.begin(), header_.end(), name);
    if (found == header_.end()) {
      return absl::InvalidArgumentError(absl::StrCat(path_, " has no column '", name, "'"));
    }
    columns.push_back(static_cast<size_t>(found - header_.begin()));
  }
  return columns;
}

absl::StatusOr<bool> CsvReader::Next() {
  ++row_;
  BL_ASSIGN_OR_RETURN(const bool any, ReadRow(&fields_));
  if (!any) return false;
  if (fields_.size() != header_.size()) {
    return RowError(
        absl::StrCat("has ", fields_.size(), " fields, the header has ", header_.size()));
  }
  return true;
}

absl::StatusOr<bool> CsvReader::ReadRow(std::vector<std::string>* fields) {
  BL_RETURN_IF_ERROR(buffer_.SkipEmptyLines());
  if (buffer_.unread().empty()) return false;
  BL_ASSIGN_OR_RETURN(const CsvRowExtent extent, MeasureRow(kDialect, &buffer_));
  if (const absl::string_view why = WhyNotARow(extent.end); !why.empty()) return RowError(why);
  SplitCsvRow(buffer_.unread().substr(0, extent.content_size), kDialect, extent.has_quotes,
              &row_fields_);
  fields->resize(row_fields_.size());
  for (size_t i = 0; i < row_fields_.size(); ++i) {
    const absl::string_view text = TakeText(row_fields_[i], &buffer_);
    (*fields)[i].assign(text.data(), text.size());
  }
  buffer_.Consume(extent.size);
  return true;
}

absl::Status CsvReader::RowError(absl::string_view what) const {
  return absl::InvalidArgumentError(
      absl::StrCat(path_, ", ", row_ == 0 ? "the header" : absl::StrCat("row ", row_), " ", what));
}

}  // namespace blindlink
