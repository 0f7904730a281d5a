#include "common/csv/buffered_row.h"

#include "common/base/status_macros.h"

namespace blindlink {

absl::StatusOr<CsvRowExtent> MeasureRow(CsvDialect dialect, InputBuffer* buffer) {
  while (true) {
    const absl::string_view text = buffer->unread().substr(0, kMaxRowBytes);
    const bool at_end = buffer->at_end() && text.size() == buffer->unread().size();
    const CsvRowExtent extent = MeasureCsvRow(text, dialect, at_end);
    if (extent.end != CsvRowEnd::kNeedsMore || text.size() == kMaxRowBytes) return extent;
    BL_RETURN_IF_ERROR(buffer->Fill());
  }
}

absl::string_view TakeText(const CsvField& field, InputBuffer* buffer) {
  if (!field.escaped) return field.text;
  char* in_place = buffer->mutable_unread() + (field.text.data() - buffer->unread().data());
  return absl::string_view(in_place, UndoubleQuotes(in_place, field.text.size()));
}

}  // namespace blindlink
