#include "resolver/audit/entry_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

constexpr absl::string_view kMagic = "BLAUDIT1";
constexpr size_t kFrameBytes = 8;  // size and checksum, before an entry
constexpr size_t kKeyBytes = 32;

uint32_t Crc32(absl::string_view bytes) {
  return bytes.empty() ? 0 : libdeflate_crc32(0, bytes.data(), bytes.size());
}

void AppendNumber(uint32_t number, std::string* out) {
  uint8_t bytes[4];
  StoreBigEndian32(number, bytes);
  out->append(reinterpret_cast<const char*>(bytes), sizeof(bytes));
}

uint32_t NumberAt(const std::string& bytes, size_t at) {
  return LoadBigEndian32(reinterpret_cast<const uint8_t*>(bytes.data() + at));
}

}  // namespace

absl::Status EntryFile::Create(const std::filesystem::path& path, const Ed25519PublicKey& key) {
  std::string head(kMagic);
  head.append(key.begin(), key.end());
  AppendNumber(Crc32(head), &head);
  return WriteFileAtomically(path, head, 0600);
}

absl::StatusOr<EntryFile> EntryFile::Open(const std::filesystem::path& path, bool read_only) {
  BL_ASSIGN_OR_RETURN(UniqueFd fd, OpenFd(path, (read_only ? O_RDONLY : O_RDWR) | O_NOFOLLOW));
  EntryFile file(std::move(fd), path);
  std::string head(kHeadBytes, '\0');
  const absl::Status read = blindlink::ReadAt(file.fd_.get(), 0, head.data(), kHeadBytes, path);
  const size_t checked = kMagic.size() + kKeyBytes;
  if (absl::IsDataLoss(read) || !absl::StartsWith(head, kMagic) ||
      NumberAt(head, checked) != Crc32(head.substr(0, checked))) {
    return absl::DataLossError(
        absl::StrCat(path.string(), ": the beginning of the file is damaged"));
  }
  BL_RETURN_IF_ERROR(read);
  std::copy_n(head.begin() + kMagic.size(), kKeyBytes, file.key_.begin());
  return file;
}

absl::Status EntryFile::Lock() const {
  if (flock(fd_.get(), LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("another resolver is using ", path_.parent_path().string()));
}

absl::StatusOr<uint64_t> EntryFile::Size() const {
  struct stat status {};
  if (fstat(fd_.get(), &status) != 0) return ErrnoStatus(errno, "read", path_);
  return static_cast<uint64_t>(status.st_size);
}

absl::StatusOr<std::optional<std::string>> EntryFile::ReadAt(uint64_t offset, uint64_t size,
                                                             bool* is_cut) const {
  *is_cut = true;
  if (offset > size || size - offset < kFrameBytes) return std::nullopt;
  std::string frame(kFrameBytes, '\0');
  BL_RETURN_IF_ERROR(blindlink::ReadAt(fd_.get(), offset, frame.data(), kFrameBytes, path_));
  const uint32_t bytes = NumberAt(frame, 0);
  // A wrong size cannot be told from a file that was cut off, unless no entry has it.
  *is_cut = bytes > 0 && bytes <= kMostEntryBytes && size - offset - kFrameBytes < bytes;
  if (bytes == 0 || bytes > kMostEntryBytes || *is_cut) return std::nullopt;
  std::string entry(bytes, '\0');
  BL_RETURN_IF_ERROR(
      blindlink::ReadAt(fd_.get(), offset + kFrameBytes, entry.data(), bytes, path_));
  if (Crc32(entry) != NumberAt(frame, 4)) return std::nullopt;
  return entry;
}

void EntryFile::AppendFramed(absl::string_view entry, std::string* bytes) {
  AppendNumber(static_cast<uint32_t>(entry.size()), bytes);
  AppendNumber(Crc32(entry), bytes);
  absl::StrAppend(bytes, entry);
}

absl::Status EntryFile::CutTo(uint64_t offset) const {
  if (ftruncate(fd_.get(), static_cast<off_t>(offset)) == 0) return absl::OkStatus();
  return ErrnoStatus(errno, "cut", path_);
}

absl::Status EntryFile::AppendAt(uint64_t offset, absl::string_view bytes) const {
  BL_ASSIGN_OR_RETURN(const uint64_t size, Size());
  if (size != offset) BL_RETURN_IF_ERROR(CutTo(offset));
  if (lseek(fd_.get(), static_cast<off_t>(offset), SEEK_SET) < 0) {
    return ErrnoStatus(errno, "write", path_);
  }
  absl::Status written = WriteAll(fd_.get(), bytes, path_);
  if (written.ok() && fdatasync(fd_.get()) != 0) {
    written = ErrnoStatus(errno, "write to disk", path_);
  }
  if (!written.ok()) (void)CutTo(offset);
  return written;
}

}  // namespace blindlink::resolver
