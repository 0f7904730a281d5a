#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/csv/byte_source.h"

namespace blindlink {

// Sources that decompress another one; `path` is for messages. Consecutive gzip members or zstd
// frames are read as one text. Memory is bounded: a zstd window of more than 128 MiB is refused.
absl::StatusOr<std::unique_ptr<ByteSource>> MakeGzipSource(std::unique_ptr<ByteSource> compressed,
                                                           std::string path);
absl::StatusOr<std::unique_ptr<ByteSource>> MakeZstdSource(std::unique_ptr<ByteSource> compressed,
                                                           std::string path);

}  // namespace blindlink
