#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace blindlink {

// A stream of bytes, decompressed. Not thread-safe.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Reads at most `size` bytes (size > 0) into `out`; 0 only at the end. INVALID_ARGUMENT: the
  // compressed data is damaged or cut off; file errors as in common/base/files.h.
  virtual absl::StatusOr<size_t> Read(char* out, size_t size) = 0;

  // The share of the file's (compressed) bytes read so far, 0..1; -1 for a pipe.
  virtual double ShareRead() const = 0;

  // One sentence each for the user: what the file was taken for. No values.
  virtual std::vector<std::string> notes() const { return {}; }
};

// Opens a plain, gzip or zstd file, or Parquet, which is read as CSV (parquet_source.h), recognized
// by its first bytes, not by its name. "-" is standard input. INVALID_ARGUMENT, with what to do,
// for files that are not text: a workbook, a zip archive; for Parquet that cannot be read.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenByteSource(const std::string& path);

// A source over bytes in memory.
std::unique_ptr<ByteSource> MakeMemorySource(std::string content);

}  // namespace blindlink
