#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace blindlink {

// Bytes in order, already decompressed. Not thread-safe.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Reads at most `size` bytes (size > 0) to `out`; 0 only at the end. INVALID_ARGUMENT: the
  // compressed data is damaged or cut off; file errors as in common/base/files.h.
  virtual absl::StatusOr<size_t> Read(char* out, size_t size) = 0;

  // The share of the file's own (compressed) bytes read so far, 0..1; -1 for a pipe.
  virtual double ShareRead() const = 0;
};

// Opens a plain, gzip or zstd file, told apart by their first bytes, not by name. "-" is standard
// input. INVALID_ARGUMENT, with what to do, for what is no text at all: a workbook, a zip archive,
// a Parquet file, UTF-16.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path);

// Over bytes in memory; for tests and for text that is at hand.
std::unique_ptr<ByteSource> MakeMemorySource(std::string content);

}  // namespace blindlink
