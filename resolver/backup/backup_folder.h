#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "resolver/backup/backup_manifest.h"

namespace blindlink::resolver {

// A folder that gets its name only once it is whole and on disk, with a manifest of its files: it
// grows as FOLDER.partial (mode 0700, files 0600). Without Finish nothing is left, unless the
// process is killed. Paths are relative to the folder. RESOURCE_EXHAUSTED for a full disk. Not
// thread-safe.
class BackupFolder {
 public:
  // ALREADY_EXISTS if there is such a folder, or what a killed backup left; NOT_FOUND if there is
  // no folder to make it in.
  static absl::StatusOr<std::unique_ptr<BackupFolder>> Create(std::filesystem::path path);
  ~BackupFolder();
  BackupFolder(const BackupFolder&) = delete;
  BackupFolder& operator=(const BackupFolder&) = delete;

  // Where the files are until Finish.
  const std::filesystem::path& partial() const { return partial_; }

  absl::Status MakeFolder(const std::filesystem::path& path);
  // Tells how many bytes more are done.
  using Done = absl::FunctionRef<void(uint64_t bytes)>;
  // Copies the first `size` bytes of `from`, or all that it has if it has become shorter.
  absl::Status Copy(const std::filesystem::path& path, const std::filesystem::path& from,
                    uint64_t size, Done done);
  // Gives `from`, which nobody writes to, a second name. False if the file system cannot.
  bool Link(const std::filesystem::path& path, const std::filesystem::path& from);
  absl::Status Write(const std::filesystem::path& path, absl::string_view content);
  absl::Status Remove(const std::filesystem::path& path);

  // Reads the linked files, writes the manifest with the digests of all, and makes everything
  // durable under its name.
  absl::Status Finish(BackupManifest manifest, Done done);

 private:
  explicit BackupFolder(std::filesystem::path path);
  absl::Status DigestLinks(Done done);

  const std::filesystem::path path_;
  const std::filesystem::path partial_;
  std::vector<std::filesystem::path> folders_;
  std::map<std::string, std::string> digests_;  // of linked files: empty until Finish
  bool finished_ = false;
};

}  // namespace blindlink::resolver
