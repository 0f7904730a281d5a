#include "resolver/backup/backup_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/file_digest.h"
#include "common/crypto/sha256.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kPiece = size_t{1} << 20;
constexpr mode_t kPrivateFolder = 0700;

absl::Status CheckIsFree(const std::filesystem::path& path, absl::string_view what_to_do) {
  struct stat info {};
  if (lstat(path.c_str(), &info) == 0) {
    return absl::AlreadyExistsError(absl::StrCat(path.string(), " already exists: ", what_to_do));
  }
  return errno == ENOENT ? absl::OkStatus() : ErrnoStatus(errno, "examine", path);
}

absl::StatusOr<UniqueFd> Create(const std::filesystem::path& path) {
  return OpenFd(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, /*mode=*/0600);
}

absl::Status Sync(const UniqueFd& fd, const std::filesystem::path& path) {
  return fsync(fd.get()) == 0 ? absl::OkStatus() : ErrnoStatus(errno, "write", path);
}

}  // namespace

BackupFolder::BackupFolder(std::filesystem::path path)
    : path_(std::move(path)), partial_(path_.string() + ".partial") {}

absl::StatusOr<std::unique_ptr<BackupFolder>> BackupFolder::Create(std::filesystem::path path) {
  // "folder/" is the same as "folder".
  if (!path.has_filename()) path = path.parent_path();
  std::unique_ptr<BackupFolder> folder(new BackupFolder(std::move(path)));
  folder->finished_ = true;  // until it is made, nothing is to be removed
  BL_RETURN_IF_ERROR(CheckIsFree(folder->path_, "choose another name for the backup"));
  BL_RETURN_IF_ERROR(CheckIsFree(
      folder->partial_, "it is what a backup left that was killed, or one in progress: remove it"));
  if (mkdir(folder->partial_.c_str(), kPrivateFolder) != 0) {
    return ErrnoStatus(errno, "make", folder->partial_);
  }
  folder->finished_ = false;
  folder->folders_.emplace_back("");
  return folder;
}

BackupFolder::~BackupFolder() {
  if (finished_) return;
  std::error_code ignored;
  std::filesystem::remove_all(partial_, ignored);
}

absl::Status BackupFolder::MakeFolder(const std::filesystem::path& path) {
  const std::filesystem::path folder = partial_ / path;
  if (mkdir(folder.c_str(), kPrivateFolder) != 0) return ErrnoStatus(errno, "make", folder);
  folders_.push_back(path);
  return absl::OkStatus();
}

absl::Status BackupFolder::Copy(const std::filesystem::path& path,
                                const std::filesystem::path& from, uint64_t size, Done done) {
  const std::filesystem::path to = partial_ / path;
  BL_ASSIGN_OR_RETURN(const UniqueFd in, OpenFd(from, O_RDONLY | O_NOFOLLOW));
  BL_ASSIGN_OR_RETURN(const UniqueFd out, resolver::Create(to));
  std::string piece(std::min<uint64_t>(kPiece, size), '\0');
  Sha256 digest;
  while (size > 0) {
    const size_t most = std::min<uint64_t>(piece.size(), size);
    BL_ASSIGN_OR_RETURN(const size_t read, ReadSome(in.get(), piece.data(), most, from));
    if (read == 0) break;
    const absl::string_view bytes = absl::string_view(piece).substr(0, read);
    BL_RETURN_IF_ERROR(WriteAll(out.get(), bytes, to));
    digest.Update(bytes);
    size -= read;
    done(read);
  }
  BL_RETURN_IF_ERROR(Sync(out, to));
  digests_[path] = HexEncode(AsView(digest.Finish()));
  return absl::OkStatus();
}

bool BackupFolder::Link(const std::filesystem::path& path, const std::filesystem::path& from) {
  if (link(from.c_str(), (partial_ / path).c_str()) != 0) return false;
  digests_[path].clear();
  return true;
}

absl::Status BackupFolder::Write(const std::filesystem::path& path, absl::string_view content) {
  const std::filesystem::path to = partial_ / path;
  BL_ASSIGN_OR_RETURN(const UniqueFd out, resolver::Create(to));
  BL_RETURN_IF_ERROR(WriteAll(out.get(), content, to));
  BL_RETURN_IF_ERROR(Sync(out, to));
  digests_[path] = HexEncode(AsView(Sha256Of(content)));
  return absl::OkStatus();
}

absl::Status BackupFolder::Remove(const std::filesystem::path& path) {
  if (unlink((partial_ / path).c_str()) != 0) {
    return ErrnoStatus(errno, "remove", partial_ / path);
  }
  digests_.erase(path);
  return absl::OkStatus();
}

absl::Status BackupFolder::DigestLinks(Done done) {
  for (auto& [path, digest] : digests_) {
    if (!digest.empty()) continue;
    BL_ASSIGN_OR_RETURN(const Sha256Digest read,
                        DigestOfFile(partial_ / path, [&done](uint64_t bytes) {
                          done(bytes);
                          return absl::OkStatus();
                        }));
    digest = HexEncode(AsView(read));
  }
  return absl::OkStatus();
}

absl::Status BackupFolder::Finish(BackupManifest manifest, Done done) {
  BL_RETURN_IF_ERROR(DigestLinks(done));
  manifest.files = digests_;
  for (const std::filesystem::path& folder : folders_) {
    BL_RETURN_IF_ERROR(SyncFolder(partial_ / folder));
  }
  BL_RETURN_IF_ERROR(WriteFileAtomically(partial_ / kManifestFile, manifest.Text(), 0600));
  if (renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
    return ErrnoStatus(errno, "give its name to", partial_);
  }
  finished_ = true;
  const std::filesystem::path parent = path_.parent_path();
  return SyncFolder(parent.empty() ? "." : parent);
}

}  // namespace blindlink::resolver
