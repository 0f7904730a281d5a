#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/parquet/file_metadata.h"

namespace blindlink {

// Replaces `out` with the `size` bytes that `compressed` holds. INVALID_ARGUMENT, without a place:
// it does not hold just that many, or the codec is not read (LZO, Brotli, the LZ4 of Hadoop).
// Thread-safe.
absl::Status Decompress(Codec codec, absl::string_view compressed, size_t size, std::string* out);

}  // namespace blindlink
