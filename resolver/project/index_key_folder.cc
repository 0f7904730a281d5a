#include "resolver/project/index_key_folder.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/kept_key_file.h"
#include "common/crypto/key_file.h"
#include "common/telemetry/log.h"
#include "resolver/access/grant_key_files.h"

namespace blindlink::resolver {
namespace {

constexpr char kFileOfEarlierReleases[] = "index.key";

}  // namespace

absl::Status IndexKeyFolder::Prepare() const {
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder_));
  struct stat info {};
  if (stat(folder_.c_str(), &info) != 0) return ErrnoStatus(errno, "examine", folder_);
  const bool is_ours = info.st_uid == geteuid() || info.st_uid == 0;
  if (is_ours && (info.st_mode & 077) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("other users may read ", folder_.string(),
                   ", which is for index keys: it must belong to the resolver's user; run  chmod "
                   "700 ",
                   folder_.string()));
}

absl::StatusOr<IndexKey> IndexKeyFolder::Generate(const std::string& project) const {
  const std::filesystem::path file = FileOf(project);
  const absl::Status made = IndexKey::Generate(file);
  if (absl::IsAlreadyExists(made)) {
    return absl::FailedPreconditionError(
        absl::StrCat("there is an index key of an earlier project ", project,
                     " still: choose another name, or have the resolver's operator remove ",
                     file.string(), " if that project's data is destroyed"));
  }
  BL_RETURN_IF_ERROR(made);
  absl::Status enciphered = EncipherIfWanted(file);
  if (enciphered.ok()) return IndexKey::Read(file);
  Destroy(project).IgnoreError();
  return enciphered;
}

absl::StatusOr<IndexKey> IndexKeyFolder::Read(const std::string& project,
                                              const std::filesystem::path& project_folder) const {
  const std::filesystem::path file = FileOf(project);
  const std::filesystem::path before = project_folder / kFileOfEarlierReleases;
  BL_ASSIGN_OR_RETURN(const bool moved, AdoptKeyFile(before, file));
  if (moved) {
    spdlog::info("event=index-key-moved project={} to={}", project, LogQuote(file.string()));
  }
  BL_RETURN_IF_ERROR(EncipherIfWanted(file));
  return IndexKey::Read(file);
}

absl::StatusOr<std::vector<std::filesystem::path>> IndexKeyFolder::FilesOf(
    const std::string& project) const {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(folder_, error)) {
    // No project's name has a dot.
    if (absl::StartsWith(file.path().filename().string(), project + ".")) {
      files.push_back(file.path());
    }
  }
  if (error) return ErrnoStatus(error.value(), "read", folder_);
  return files;
}

absl::Status IndexKeyFolder::Destroy(const std::string& project) const {
  BL_ASSIGN_OR_RETURN(const auto files, FilesOf(project));
  absl::Status destroyed;
  for (const std::filesystem::path& file : files) destroyed.Update(DestroyKeyFile(file));
  return destroyed;
}

absl::Status IndexKeyFolder::KeepForResults(const std::string& project) const {
  return IndexKey::KeepForResults(FileOf(project), ResultsFileOf(project));
}

absl::StatusOr<IndexKey> IndexKeyFolder::ReadForResults(const std::string& project) const {
  return IndexKey::ReadForResults(ResultsFileOf(project));
}

absl::Status IndexKeyFolder::DestroyAllButResults(const std::string& project) const {
  BL_ASSIGN_OR_RETURN(const auto files, FilesOf(project));
  for (const std::filesystem::path& file : files) {
    const bool is_grants = GrantKeyFiles::IsOne(file.filename().string());
    if (is_grants || file == ResultsFileOf(project)) continue;
    BL_RETURN_IF_ERROR(DestroyKeyFile(file));
  }
  return SyncFolder(folder_);
}

absl::Status IndexKeyFolder::GenerateGeneration(const std::string& project,
                                                uint32_t generation) const {
  const std::filesystem::path file = IndexKeyGeneration::FileOf(FileOf(project), generation);
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  BL_RETURN_IF_ERROR(IndexKeyGeneration::Generate(FileOf(project), generation));
  return EncipherIfWanted(file);
}

absl::StatusOr<IndexKeyGeneration> IndexKeyFolder::ReadGeneration(const std::string& project,
                                                                  uint32_t generation) const {
  return IndexKeyGeneration::Read(FileOf(project), generation);
}

absl::Status IndexKeyFolder::DestroyGeneration(const std::string& project,
                                               uint32_t generation) const {
  const absl::Status destroyed =
      DestroyKeyFile(IndexKeyGeneration::FileOf(FileOf(project), generation));
  return absl::IsNotFound(destroyed) ? absl::OkStatus() : destroyed;
}

}  // namespace blindlink::resolver
