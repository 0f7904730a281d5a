#include "resolver/audit/head_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

// The content of a place: the size of the message, the message in the form of every stored one, and
// zeros.
std::string PlaceOf(const v1::AuditHead& head) {
  const std::string stored = StoredForm(head);
  std::string place(1, static_cast<char>(stored.size() >> 8));
  place.push_back(static_cast<char>(stored.size()));
  place += stored;
  place.resize(HeadFile::kPlaceBytes, '\0');
  return place;
}

std::optional<v1::AuditHead> HeadIn(absl::string_view place) {
  if (place.size() < HeadFile::kPlaceBytes) return std::nullopt;
  const size_t size = static_cast<uint8_t>(place[0]) * size_t{256} + static_cast<uint8_t>(place[1]);
  v1::AuditHead head;
  if (size > place.size() - 2 || !ParseStored(place.substr(2, size), &head)) return std::nullopt;
  return head;
}

}  // namespace

absl::Status HeadFile::Create(const std::filesystem::path& path, const v1::AuditHead& head) {
  return WriteFileAtomically(path, absl::StrCat(PlaceOf(head), std::string(kPlaceBytes, '\0')),
                             0600);
}

absl::StatusOr<HeadFile> HeadFile::Open(const std::filesystem::path& path, bool read_only) {
  BL_ASSIGN_OR_RETURN(UniqueFd fd, OpenFd(path, (read_only ? O_RDONLY : O_RDWR) | O_NOFOLLOW));
  HeadFile file(std::move(fd), path);
  BL_ASSIGN_OR_RETURN(const std::string content, ReadAll(file.fd_.get(), path));
  for (uint64_t place = 0; place < 2; ++place) {
    std::optional<v1::AuditHead> head;
    if (content.size() > place * kPlaceBytes) {
      head = HeadIn(absl::string_view(content).substr(place * kPlaceBytes, kPlaceBytes));
    }
    file.is_torn_ |= !head;
    if (!head || (file.newest_ && file.newest_->size() > head->size())) continue;
    file.newest_ = std::move(head);
    file.next_place_ = 1 - place;
  }
  return file;
}

// A new file has one place that was never written, and its head is over no entries.
absl::Status HeadFile::CheckPlaces(uint64_t entries) const {
  const uint64_t covered = newest_ ? newest_->size() : 0;
  if (!is_torn_ || entries > covered || covered == 0) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(path_.string(),
                   ": one of the two newest heads of the audit log is damaged, and not by a power "
                   "cut: the log would then have more than ",
                   entries, " entries. Entries behind these may have been cut off"));
}

absl::Status HeadFile::Write(const v1::AuditHead& head) {
  const std::string place = PlaceOf(head);
  const auto offset = static_cast<off_t>(next_place_ * kPlaceBytes);
  const ssize_t written = pwrite(fd_.get(), place.data(), place.size(), offset);
  if (written != static_cast<ssize_t>(place.size())) {
    return ErrnoStatus(written < 0 ? errno : EIO, "write", path_);
  }
  newest_ = head;
  next_place_ = 1 - next_place_;
  return absl::OkStatus();
}

absl::Status HeadFile::Sync() const {
  if (fdatasync(fd_.get()) == 0) return absl::OkStatus();
  return ErrnoStatus(errno, "write to disk", path_);
}

}  // namespace blindlink::resolver
