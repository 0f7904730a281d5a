#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "resolver/index/index_key.h"

namespace blindlink::resolver {

// The index keys of all projects, <folder>/<project>.key, apart from the data that they protect, so
// that neither a copy nor a backup of the data holds them. Beside them are the keys of grants
// (resolver/access/grant_key_files.h). Enciphered under the resolver's passphrase if it has one
// (common/crypto/passphrase.h). Thread-safe.
class IndexKeyFolder {
 public:
  explicit IndexKeyFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  const std::filesystem::path& folder() const { return folder_; }

  // Makes the folder, mode 0700. FAILED_PRECONDITION if other users may read it or write to it.
  absl::Status Prepare() const;

  // Makes a project's key. FAILED_PRECONDITION if there is one: it may be that of a project whose
  // data was moved away.
  absl::StatusOr<IndexKey> Generate(const std::string& project) const;
  // Reads a project's key. An earlier release kept it in the project's own folder, in the clear: it
  // is moved here then, and enciphered. Errors as IndexKey::Read.
  absl::StatusOr<IndexKey> Read(const std::string& project,
                                const std::filesystem::path& project_folder) const;
  // Overwrites and removes all keys of a project, those of its grants too, and with them everything
  // that is enciphered under them. After an error it has gone on with the other files.
  absl::Status Destroy(const std::string& project) const;

  // Makes the key of a later generation, in place of one that is there.
  absl::Status GenerateGeneration(const std::string& project, uint32_t generation) const;
  // Errors as IndexKeyGeneration::Read.
  absl::StatusOr<IndexKeyGeneration> ReadGeneration(const std::string& project,
                                                    uint32_t generation) const;
  // Overwrites and removes it. OK if there is none.
  absl::Status DestroyGeneration(const std::string& project, uint32_t generation) const;

  // For a project whose index is dropped: keeps what its results need (IndexKey::KeepForResults) in
  // <project>.results.key, reads that, and overwrites and removes the key with all its generations.
  // Grants keep their keys.
  absl::Status KeepForResults(const std::string& project) const;
  absl::StatusOr<IndexKey> ReadForResults(const std::string& project) const;
  absl::Status DestroyAllButResults(const std::string& project) const;

 private:
  std::filesystem::path FileOf(const std::string& project) const {
    return folder_ / (project + ".key");
  }
  absl::StatusOr<std::vector<std::filesystem::path>> FilesOf(const std::string& project) const;
  std::filesystem::path ResultsFileOf(const std::string& project) const {
    return folder_ / (project + ".results.key");
  }
  const std::filesystem::path folder_;
};

}  // namespace blindlink::resolver
