#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "common/parquet/file_metadata.h"

namespace blindlink {

// Values as the texts that a person, or an export to CSV, would write: dates as YYYY-MM-DD, whole
// numbers without a point, no text for what is not a number. `bytes` holds one value as PLAIN
// writes it, without a length. False if the type does not allow the value. Thread-safe.
//
// Timestamps are "YYYY-MM-DD hh:mm:ss", with the fraction if there is one; those of a point in time
// "YYYY-MM-DDThh:mm:ssZ", in UTC.
bool AppendValueText(const ValueType& type, absl::string_view bytes, std::string* out);

// The size of a value as PLAIN writes it; 0: it has a length before it (kByteArray), or a bit
// (kBoolean).
size_t FixedSizeOf(const ValueType& type);

}  // namespace blindlink
