#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink {

// A file written piece by piece that has its name only once it is whole and on disk: it grows as
// FILE.partial (mode 0600) and Finish renames it. If that does not happen, nothing is left. Errors
// as in common/base/files.h, RESOURCE_EXHAUSTED for a full disk among them. Not thread-safe.
class PartialFile {
 public:
  // Replaces a FILE.partial that an earlier run was killed at.
  static absl::StatusOr<std::unique_ptr<PartialFile>> Create(std::filesystem::path path);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  // After an error every further call returns it again.
  absl::Status Append(absl::string_view bytes);
  // Durable under its own name when it returns; nothing may be appended afterwards.
  absl::Status Finish();

 private:
  explicit PartialFile(std::filesystem::path path);
  absl::Status WriteOut(absl::string_view bytes);

  const std::filesystem::path path_;
  const std::filesystem::path partial_path_;
  int fd_ = -1;
  std::string pending_;
  absl::Status status_;
};

}  // namespace blindlink
