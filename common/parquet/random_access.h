#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "common/base/fd.h"

namespace blindlink {

// Bytes that can be read anywhere. Not thread-safe.
class RandomAccess {
 public:
  virtual ~RandomAccess() = default;
  virtual uint64_t size() const = 0;
  // Fills `out` with the `size` bytes from `offset`; DATA_LOSS if they end before that, errors of
  // files as in common/base/fd.h.
  virtual absl::Status ReadAt(uint64_t offset, char* out, size_t size) = 0;
};

// `size`: of the file; `path` is for messages.
std::unique_ptr<RandomAccess> RandomAccessOfFile(UniqueFd fd, uint64_t size, std::string path);
std::unique_ptr<RandomAccess> RandomAccessOfBytes(std::string bytes);

}  // namespace blindlink
