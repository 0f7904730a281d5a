#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/csv/csv_row.h"
#include "common/csv/input_buffer.h"

namespace blindlink {

// CSV rows where they lie, at the front of an InputBuffer.

// The extent of the row at the front of `buffer`, which then holds the whole row. kNeedsMore if the
// row is longer than kMaxRowBytes. Errors are those of InputBuffer::Fill.
absl::StatusOr<CsvRowExtent> MeasureRow(CsvDialect dialect, InputBuffer* buffer);

// The text of a field of that row, valid until the next Fill. Doubled quotes are undone in place:
// call it once a field.
absl::string_view TakeText(const CsvField& field, InputBuffer* buffer);

}  // namespace blindlink
