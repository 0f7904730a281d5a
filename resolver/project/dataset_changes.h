#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/increment_storage.pb.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/withdrawal_service.pb.h"
#include "common/base/bytes16.h"
#include "resolver/index/token_index.h"
#include "resolver/project/background_worker.h"
#include "resolver/project/project_notes.h"
#include "resolver/project/run_register.h"
#include "resolver/project/upload_register.h"

namespace blindlink::resolver {

// Changes of what a project's index holds already: a dataset that replaces others, one that
// corrects records of others, and records that a site withdraws. A dataset that loses records is
// written anew under another number; then one write of the notes puts all new datasets in the place
// of the old ones, and the old ones are removed from the index's files. Until that write nothing
// has changed for anybody. Withdrawals are each in <folder>/<withdrawal>, from their acceptance on,
// without the records once these are gone. Thread-safe.
class DatasetChanges {
 public:
  struct Parts {
    std::string project;
    std::filesystem::path folder;
    TokenIndex& index;
    ProjectNotes& notes;
    UploadRegister& uploads;
    RunRegister& runs;
    BackgroundWorker& worker;
  };

  // DATA_LOSS if a withdrawal's file is damaged.
  static absl::StatusOr<std::unique_ptr<DatasetChanges>> Open(const Parts& parts);
  // Continues with what an earlier process left. The object must outlive the worker's tasks.
  void ResumeWork();

  // Makes a dataset of the index visible that replaces or corrects others. Only for the worker's
  // thread; after an error, call it again.
  absl::Status Show(const storage::v1::CommittedDataset& dataset);

  // Errors are those of WithdrawRecords. `fingerprint` is of the site's certificate. The same
  // records again, while their withdrawal is not done and the site has sent nothing since, continue
  // that one.
  absl::StatusOr<v1::WithdrawalInfo> Withdraw(absl::string_view site, absl::string_view pseudonyms,
                                              absl::string_view fingerprint, int64_t now);
  // Empty `site`: of any. NOT_FOUND.
  absl::StatusOr<storage::v1::StoredWithdrawal> Get(absl::string_view site,
                                                    absl::string_view withdrawal) const;
  std::vector<storage::v1::StoredWithdrawal> List(absl::string_view site) const;
  // Tries again what has failed: what waited for the index key to be replaced, once that has ended;
  // otherwise when kBetweenAttempts have passed. `now` in Unix seconds; to be called about once a
  // second.
  void RetryFailed(int64_t now);
  static constexpr int64_t kBetweenAttempts = 60;  // seconds
  // Withdrawals that are done, but of which the audit log has no entry yet.
  std::vector<std::string> Unrecorded() const;
  // Enters into the audit log what is done, and returns the entry's number.
  using Enter = std::function<absl::StatusOr<uint64_t>(const storage::v1::StoredWithdrawal&)>;
  // Has such a withdrawal entered; does nothing to others. Returns how it then is. NOT_FOUND, and
  // the errors of `enter`.
  absl::StatusOr<storage::v1::StoredWithdrawal> Record(absl::string_view withdrawal,
                                                       const Enter& enter);
  // How many withdrawals have failed since the start and are not done; those aside that wait for
  // the index key to be replaced.
  size_t CountFailing() const;

  v1::WithdrawalInfo Describe(const storage::v1::StoredWithdrawal& stored, bool to_site) const;

  // From now on nothing can be withdrawn, until the index is dropped or this is taken back.
  // FAILED_PRECONDITION if a withdrawal is not done.
  absl::Status Close();
  void Reopen();
  // The index is dropped, for good: there is nothing left to withdraw but from results.
  void UseNoIndex();

 private:
  using Records = absl::flat_hash_set<RecordPseudonym>;
  struct Removed {
    uint64_t records = 0;
    uint64_t postings = 0;
  };
  // Which records leave which datasets.
  struct Cut {
    const std::string& site;
    const Records& records;
    uint32_t newest = 0;  // only of datasets that had a number up to this; 0: of all
    // Null: a withdrawal, which is of all token keys. A correction is of its own.
    const storage::v1::CommittedDataset* correction = nullptr;
  };
  // What a dataset loses.
  struct Loss {
    storage::v1::CommittedDataset dataset;
    uint64_t records = 0;
  };

  static constexpr char kWithdrawalFile[] = "withdrawal.pb";

  explicit DatasetChanges(const Parts& parts) : parts_(parts) {}
  std::filesystem::path FolderOf(absl::string_view withdrawal) const {
    return parts_.folder / std::string(withdrawal);
  }
  absl::Status CheckOneIndex() const;
  absl::Status Save(storage::v1::StoredWithdrawal changed);
  void Enqueue(const std::string& withdrawal);
  void Execute(const std::string& withdrawal);
  absl::Status Carry(storage::v1::StoredWithdrawal withdrawal);
  // The part of it that is in the index.
  absl::Status LeaveIndex(const Records& records, storage::v1::StoredWithdrawal* withdrawal);
  absl::Status Forget(const Records& records, storage::v1::StoredWithdrawal* withdrawal);
  // Once nothing of its records is left.
  absl::Status NoteDone(storage::v1::StoredWithdrawal withdrawal);
  // The visible datasets that a cut reaches, those too that lose nothing.
  absl::StatusOr<std::vector<Loss>> Find(const Cut& cut) const;
  // Writes those that lose some of their records anew without them. Nothing is changed before the
  // result is applied.
  absl::StatusOr<ProjectNotes::Change> Rewrite(const Cut& cut, const std::vector<Loss>& losses,
                                               Removed* removed);
  // The parts of Show: what changes so that the hidden dataset may be seen.
  absl::StatusOr<ProjectNotes::Change> Correct(const storage::v1::CommittedDataset& correction);
  absl::StatusOr<ProjectNotes::Change> Replace(const storage::v1::CommittedDataset& replacement);
  // With the lock held: the site's withdrawal of the same records that is not done, if the site has
  // no dataset that came later.
  absl::StatusOr<std::optional<std::string>> FindUndone(absl::string_view site,
                                                        const std::string& records) const;
  // With the lock held.
  void Retry(const std::string& withdrawal);
  // Makes the change durable, and removes from the index what it has replaced.
  absl::Status Apply(const ProjectNotes::Change& change);
  // Removes from the index what is not to be seen any more, and what an interrupted Rewrite left.
  absl::Status RemoveLeftovers();

  const Parts parts_;
  mutable std::mutex mutex_;
  bool closed_ = false;
  std::atomic<bool> has_index_ = true;
  std::map<std::string, storage::v1::StoredWithdrawal, std::less<>> withdrawals_;
  std::map<std::string, int64_t> next_attempts_;  // of those that have failed: when
  std::set<std::string> failing_;                 // as CountFailing
  std::mutex recording_;                          // taken before mutex_
};

}  // namespace blindlink::resolver
