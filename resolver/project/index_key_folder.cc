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
#include "common/base/secret_bytes.h"
#include "common/base/status_macros.h"
#include "common/crypto/key_file.h"
#include "common/crypto/passphrase.h"
#include "common/telemetry/log.h"

namespace blindlink::resolver {
namespace {

constexpr char kFileOfEarlierReleases[] = "index.key";

bool Exists(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::exists(file, ignored);
}

// Copies rather than renames: the folders may be on different disks.
absl::Status Move(const std::filesystem::path& from, const std::filesystem::path& to) {
  BL_ASSIGN_OR_RETURN(std::string content, ReadPrivateFile(from));
  const absl::Status written = WriteNewFile(to, content, 0600);
  WipeMemory(content.data(), content.size());
  BL_RETURN_IF_ERROR(written);
  if (unlink(from.c_str()) != 0) return ErrnoStatus(errno, "remove", from);
  return SyncFolder(from.parent_path());
}

// Under the resolver's passphrase, if it has one and the key is not under one yet.
absl::Status EncipherIfWanted(const std::filesystem::path& file) {
  if (!HasPassphraseFile()) return absl::OkStatus();
  const absl::Status done = ProtectKeyFile(file);
  return absl::IsFailedPrecondition(done) ? absl::OkStatus() : done;
}

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
  Remove(project);
  return enciphered;
}

absl::StatusOr<IndexKey> IndexKeyFolder::Read(const std::string& project,
                                              const std::filesystem::path& project_folder) const {
  const std::filesystem::path file = FileOf(project);
  const std::filesystem::path before = project_folder / kFileOfEarlierReleases;
  if (!Exists(file) && Exists(before)) {
    BL_RETURN_IF_ERROR(Move(before, file));
    spdlog::info("event=index-key-moved project={} to={}", project, LogQuote(file.string()));
  }
  BL_RETURN_IF_ERROR(EncipherIfWanted(file));
  return IndexKey::Read(file);
}

void IndexKeyFolder::Remove(const std::string& project) const {
  std::error_code ignored;
  std::filesystem::remove(FileOf(project), ignored);
  // No project's name has a dot.
  for (const auto& file : std::filesystem::directory_iterator(folder_, ignored)) {
    if (absl::StartsWith(file.path().filename().string(), project + ".")) {
      std::filesystem::remove(file.path(), ignored);
    }
  }
}

absl::Status IndexKeyFolder::KeepForResults(const std::string& project) const {
  return IndexKey::KeepForResults(FileOf(project), ResultsFileOf(project));
}

absl::StatusOr<IndexKey> IndexKeyFolder::ReadForResults(const std::string& project) const {
  return IndexKey::ReadForResults(ResultsFileOf(project));
}

absl::Status IndexKeyFolder::DestroyAllButResults(const std::string& project) const {
  std::vector<std::filesystem::path> keys;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(folder_, error)) {
    const bool is_of_project = absl::StartsWith(file.path().filename().string(), project + ".");
    if (is_of_project && file.path() != ResultsFileOf(project)) keys.push_back(file.path());
  }
  if (error) return ErrnoStatus(error.value(), "read", folder_);
  for (const std::filesystem::path& key : keys) BL_RETURN_IF_ERROR(DestroyKeyFile(key));
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
