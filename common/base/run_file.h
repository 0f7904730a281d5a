#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace blindlink {

// A temporary file without a name: made in a folder, unlinked at once, gone with the process
// whatever happens. Written once from the beginning, then read by position. Reads are thread-safe.
class RunFile {
 public:
  // RESOURCE_EXHAUSTED from any call when the disk is full.
  static absl::StatusOr<std::unique_ptr<RunFile>> Create(const std::filesystem::path& folder);
  ~RunFile();
  RunFile(const RunFile&) = delete;
  RunFile& operator=(const RunFile&) = delete;

  absl::Status Append(const void* data, size_t size);
  // Fills `data` with `size` bytes from `offset`; DATA_LOSS if the file ends before.
  absl::Status ReadAt(uint64_t offset, void* data, size_t size) const;
  uint64_t size() const { return size_; }

 private:
  RunFile(int fd, std::filesystem::path folder) : fd_(fd), folder_(std::move(folder)) {}
  const int fd_;
  const std::filesystem::path folder_;
  uint64_t size_ = 0;
};

}  // namespace blindlink
