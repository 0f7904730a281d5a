#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/csv/byte_source.h"

namespace blindlink {

// Byte sources over a compressed one; `path` is for messages. Several gzip members or zstd frames
// after one another are one text. Memory is bounded: a zstd window of more than 128 MiB is refused.
absl::StatusOr<std::unique_ptr<ByteSource>> MakeGzipSource(std::unique_ptr<ByteSource> compressed,
                                                           std::string path);
absl::StatusOr<std::unique_ptr<ByteSource>> MakeZstdSource(std::unique_ptr<ByteSource> compressed,
                                                           std::string path);

}  // namespace blindlink
