#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/fd.h"

namespace blindlink {

// A temporary file without a name: made in a folder and unlinked at once, so that it vanishes with
// the process whatever happens. Written once from the beginning, then read by position. Reads are
// thread-safe.
class RunFile {
 public:
  // RESOURCE_EXHAUSTED from any call when the disk is full.
  static absl::StatusOr<std::unique_ptr<RunFile>> Create(const std::filesystem::path& folder);

  absl::Status Append(const void* data, size_t size);
  // Fills `data` with `size` bytes from `offset`; DATA_LOSS if the file ends before that.
  absl::Status ReadAt(uint64_t offset, void* data, size_t size) const;
  uint64_t size() const { return size_; }

 private:
  RunFile(UniqueFd fd, std::filesystem::path name) : fd_(std::move(fd)), name_(std::move(name)) {}
  const UniqueFd fd_;
  const std::filesystem::path name_;  // for errors: "a temporary file in <folder>"
  uint64_t size_ = 0;
};

}  // namespace blindlink
