#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/fd.h"
#include "common/csv/byte_source.h"

namespace blindlink {

// The CSV that a Parquet file would be exported to (common/parquet): a header whose names are all
// in quotes, so that nobody takes them for another format, then the rows. `path` is for messages.
// INVALID_ARGUMENT, with what to do: `fd` is a pipe, since Parquet is read from its end, or the
// file cannot be read.
absl::StatusOr<std::unique_ptr<ByteSource>> MakeParquetSource(UniqueFd fd, const std::string& path);

}  // namespace blindlink
