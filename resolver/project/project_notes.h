#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"

namespace blindlink::resolver {

// What has been decided and committed since a project was made, in one small file: the token key
// that its uploads must have, and which datasets the index must hold and which of them are
// withdrawn. A change is durable when a function returns; after an error nothing has changed.
// Thread-safe.
class ProjectNotes {
 public:
  // A file that does not exist is empty notes. DATA_LOSS if it is damaged.
  static absl::StatusOr<std::unique_ptr<ProjectNotes>> Open(const std::filesystem::path& file);

  struct TokenKey {
    std::string id;        // 8 bytes; empty: none is bound
    std::string bound_by;  // in words
  };
  TokenKey token_key() const;
  // Binds the key unless one is bound already.
  absl::Status BindTokenKey(absl::string_view id, absl::string_view bound_by);

  absl::Status AddCommitted(const std::vector<uint32_t>& datasets);
  std::vector<uint32_t> committed() const;
  absl::Status Withdraw(uint32_t dataset);
  bool IsWithdrawn(uint32_t dataset) const;

  // The number of the newest run ever; 0: none, or only of earlier releases.
  uint64_t newest_run() const;
  // Notes a new run, or one that is removed. Returns the version of `rules`: one more than before
  // if they differ from those of the run noted last. Empty rules change nothing.
  absl::StatusOr<uint32_t> NoteRun(uint64_t number, const std::string& rules);

 private:
  explicit ProjectNotes(std::filesystem::path file) : file_(std::move(file)) {}
  absl::Status Save(storage::v1::StoredNotes changed);

  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  storage::v1::StoredNotes stored_;
};

}  // namespace blindlink::resolver
