#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Finds and unpacks the members of a zip archive in memory (APPNOTE 6.3; stored and deflated, no
// zip64, no encryption). `bytes` must outlive it. Immutable; thread-safe.
class ZipArchive {
 public:
  // INVALID_ARGUMENT if it is damaged or of another kind; `path` is for messages.
  static absl::StatusOr<ZipArchive> Open(absl::string_view bytes, const std::string& path);

  // Name -> where the member begins.
  struct Member {
    size_t header = 0;
    size_t packed = 0;
    size_t size = 0;
    bool deflated = false;
  };
  const std::map<std::string, Member>& members() const { return members_; }
  // INVALID_ARGUMENT if the member is damaged or larger than 512 MiB.
  absl::StatusOr<std::string> Unpack(const Member& member) const;

 private:
  absl::Status ReadDirectory();
  absl::Status Damaged() const;

  absl::string_view bytes_;
  std::string path_;
  std::map<std::string, Member> members_;
};

}  // namespace blindlink::agent
