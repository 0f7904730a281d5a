#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/audit_service.pb.h"
#include "common/base/fd.h"

namespace blindlink::resolver {

// The file `head` of the audit log: its newest signed head. Two places are written in turn, so that
// one is whole whatever happens; the file's size never changes, so a full disk does not prevent
// writing (docs/formats/audit_log.md). Not thread-safe.
class HeadFile {
 public:
  static constexpr uint64_t kPlaceBytes = 4096;

  // Makes the file with `head` in it; durable on return.
  static absl::Status Create(const std::filesystem::path& path, const v1::AuditHead& head);
  // NOT_FOUND.
  static absl::StatusOr<HeadFile> Open(const std::filesystem::path& path, bool read_only);
  // The newest head that is whole; nothing if none is.
  const std::optional<v1::AuditHead>& newest() const { return newest_; }
  // A power cut while a head is written leaves one place that is not whole, but then the log has
  // more entries than the newest whole head: they were on the disk before. DATA_LOSS if a place is
  // not whole and the log has only so many entries, and so may have been cut to an older head.
  absl::Status CheckPlaces(uint64_t entries) const;

  // When this returns, the head is with the operating system; after Sync, on the disk.
  absl::Status Write(const v1::AuditHead& head);
  absl::Status Sync() const;

 private:
  HeadFile(UniqueFd fd, std::filesystem::path path) : fd_(std::move(fd)), path_(std::move(path)) {}

  UniqueFd fd_;
  std::filesystem::path path_;
  std::optional<v1::AuditHead> newest_;
  uint64_t next_place_ = 0;  // 0 or 1
  bool is_torn_ = false;     // a place was not whole when the file was opened
};

}  // namespace blindlink::resolver
