#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/fd.h"

namespace blindlink {

// A file written piece by piece that gets its name only once it is whole and on disk: it grows as
// FILE.partial (mode 0600), and Finish renames it. Without Finish nothing is left. Errors are those
// of common/base/fd.h, among them RESOURCE_EXHAUSTED for a full disk. Not thread-safe.
class PartialFile {
 public:
  // Replaces a FILE.partial that a killed run left behind.
  static absl::StatusOr<std::unique_ptr<PartialFile>> Create(std::filesystem::path path);
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  // After an error every further call returns that error.
  absl::Status Append(absl::string_view bytes);
  // Makes the file durable under its own name. Nothing may be appended afterwards.
  absl::Status Finish();

 private:
  explicit PartialFile(std::filesystem::path path);

  const std::filesystem::path path_;
  const std::filesystem::path partial_path_;
  UniqueFd fd_;
  std::string pending_;
  absl::Status status_;
};

}  // namespace blindlink
