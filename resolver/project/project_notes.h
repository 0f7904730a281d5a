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

// What has been decided and committed since a project was made, in one small file: the token keys
// that its uploads must have, epoch by epoch, which datasets the index must hold, which of them are
// withdrawn and when they end, and which index key the index is enciphered under. A change is
// durable when a function returns; after an error nothing has changed. Thread-safe.
class ProjectNotes {
 public:
  // A file that does not exist is empty notes. DATA_LOSS if it is damaged.
  static absl::StatusOr<std::unique_ptr<ProjectNotes>> Open(const std::filesystem::path& file);

  struct TokenKey {
    std::string id;        // 8 bytes; empty: none is bound
    std::string bound_by;  // in words
  };
  TokenKey token_key() const;
  // Binds the key of the current epoch, or of the new one if it is another key than the current
  // epoch's. A key that is bound stays.
  absl::Status BindTokenKey(absl::string_view id, absl::string_view bound_by);

  // One generation of the token key (key_rotation_service.proto).
  struct Epoch {
    uint32_t number = 1;
    TokenKey token_key;
    int64_t opened = 0;  // Unix seconds
    bool retire_when_complete = false;
  };
  // The current one and, while it is open, the new one.
  std::vector<Epoch> epochs() const;
  // Opens a new epoch. Its key may be unknown (empty). Errors are those of OpenEpoch.
  absl::Status OpenEpoch(absl::string_view token_key_id, bool retire_when_complete, int64_t now);
  // Makes the new epoch, whose key must be bound, the current one.
  absl::Status RetireEpoch();
  // The epoch of uploads with this key; 0 if they belong to none.
  uint32_t EpochOf(absl::string_view token_key_id) const;
  // Whether it is the key of an epoch that was retired.
  bool IsRetired(absl::string_view token_key_id) const;

  absl::Status AddCommitted(const std::vector<uint32_t>& datasets);
  std::vector<uint32_t> committed() const;
  absl::Status Withdraw(uint32_t dataset);
  // Withdrawn by the coordinator, or of a retired epoch.
  bool IsWithdrawn(const storage::v1::CommittedDataset& dataset) const;
  // Notes that the index need not hold the dataset any more. The number is not used again.
  absl::Status NoteRemoval(uint32_t dataset);
  bool IsRemoved(uint32_t dataset) const;

  // When a dataset is to be removed, in Unix seconds; 0: never. Setting 0 forgets the end.
  int64_t EndOf(absl::string_view site, absl::string_view dataset) const;
  absl::Status SetEnd(absl::string_view site, absl::string_view dataset, int64_t end);
  // Site and name of those whose end has come at `now`.
  std::vector<std::pair<std::string, std::string>> EndedAt(int64_t now) const;
  // Datasets that are, or may soon be, in the index but are not to be seen before a change of other
  // datasets is complete.
  absl::Status Hide(uint32_t dataset);
  bool IsHidden(uint32_t dataset) const;
  std::vector<uint32_t> hidden() const;
  // All that become visible and all that go, in one step. The removed ones' numbers are not used
  // again. `rewritten` says which dataset takes the place of which: it is withdrawn if that was.
  struct Change {
    std::vector<uint32_t> shown;
    std::vector<uint32_t> removed;
    std::vector<std::pair<uint32_t, uint32_t>> rewritten;  // from, to; both are in the others too
  };
  absl::Status Apply(const Change& change);
  // The highest number that any dataset has or had, hidden ones too.
  uint32_t highest_number() const;
  // Numbers for the next withdrawal and the next commit of an upload, which are not used again.
  absl::StatusOr<uint64_t> NextWithdrawal();
  absl::StatusOr<uint64_t> NextCommit();

  storage::v1::StoredIndexKey index_key() const;
  absl::Status SetIndexKey(const storage::v1::StoredIndexKey& index_key);

  // The number of the newest run ever; 0: none, or only of earlier releases.
  uint64_t newest_run() const;
  // Notes a new run, or one that is removed. Returns the version of `rules`: one more than before
  // if they differ from those of the run noted last. Empty rules change nothing.
  absl::StatusOr<uint32_t> NoteRun(uint64_t number, const std::string& rules);

 private:
  explicit ProjectNotes(std::filesystem::path file) : file_(std::move(file)) {}
  absl::Status Save(storage::v1::StoredNotes changed);
  // Both with the lock held.
  uint32_t CurrentNumber() const;
  bool IsRetiredLocked(absl::string_view token_key_id) const;

  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  storage::v1::StoredNotes stored_;
};

}  // namespace blindlink::resolver
