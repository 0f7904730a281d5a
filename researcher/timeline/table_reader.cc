#include "researcher/timeline/table_reader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/csv/buffered_row.h"
#include "common/csv/byte_source.h"
#include "researcher/timeline/entity_records.h"

namespace blindlink::researcher {
namespace {

constexpr size_t kRecordDigits = 32;

}  // namespace

absl::StatusOr<std::unique_ptr<TableReader>> TableReader::Open(Table table,
                                                               const ExtractFile& file) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(file.path));
  std::unique_ptr<TableReader> reader(new TableReader(table, file, InputBuffer(std::move(bytes))));
  BL_RETURN_IF_ERROR(reader->ReadHeader());
  BL_RETURN_IF_ERROR(reader->FindRow());
  return reader;
}

absl::Status TableReader::ReadHeader() {
  BL_RETURN_IF_ERROR(buffer_.BeginText());
  BL_ASSIGN_OR_RETURN(const CsvRowExtent extent, MeasureRow(kTableDialect, &buffer_));
  if (extent.end != CsvRowEnd::kComplete || extent.content_size == 0) {
    return absl::InvalidArgumentError(absl::StrCat(path_, " has no header"));
  }
  SplitCsvRow(buffer_.unread().substr(0, extent.content_size), kTableDialect, extent.has_quotes,
              &fields_);
  std::vector<std::string> header;
  for (const CsvField& field : fields_) header.emplace_back(field.text);
  buffer_.Consume(extent.size);
  BL_ASSIGN_OR_RETURN(layout_, TableLayout::Of(table_, header, path_));
  return absl::OkStatus();
}

absl::Status TableReader::FindRow() {
  ++row_;
  BL_ASSIGN_OR_RETURN(next_, MeasureRow(kTableDialect, &buffer_));
  if (next_.end != CsvRowEnd::kComplete) {
    return RowError("is not complete CSV: is a quote missing?");
  }
  const absl::string_view row = buffer_.unread().substr(0, next_.content_size);
  at_end_ = next_.size == 0;
  if (at_end_) {
    if (row_ - 1 == rows_) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat(path_, " has ", row_ - 1, " rows, but its manifest says ", rows_));
  }
  RecordPseudonym record{};
  if (!ParseHex16(row.substr(0, kRecordDigits), record.bytes.data())) {
    return RowError("has a record that is not 32 hexadecimal digits");
  }
  if (record < record_) return RowError("is out of order: rows are ordered by record");
  record_ = record;
  return CheckFields(row);
}

absl::Status TableReader::CheckFields(absl::string_view row) {
  size_t fields = 0;
  if (next_.has_quotes) {
    SplitCsvRow(row, kTableDialect, true, &fields_);
    fields = fields_.size();
  } else {
    fields = static_cast<size_t>(std::count(row.begin(), row.end(), ',')) + 1;
  }
  const size_t expected = layout_.columns() + 1;
  if (fields != expected || (fields > 1 && row[kRecordDigits] != ',')) {
    return RowError(absl::StrCat("has ", fields, " fields, the header has ", expected));
  }
  return absl::OkStatus();
}

absl::Status TableReader::TakeRows(std::string* out) {
  const RecordPseudonym record = record_;
  do {
    absl::string_view row = buffer_.unread().substr(0, next_.content_size);
    row.remove_prefix(std::min(row.size(), kRecordDigits + 1));
    out->append(row.data(), row.size());
    out->push_back('\n');
    buffer_.Consume(next_.size);
    BL_RETURN_IF_ERROR(FindRow());
  } while (!at_end_ && record_ == record);
  return absl::OkStatus();
}

absl::Status TableReader::RowError(absl::string_view what) const {
  return absl::InvalidArgumentError(absl::StrCat(path_, ", row ", row_, " ", what));
}

}  // namespace blindlink::researcher
