#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
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

  // Errors are those of WithdrawRecords. `fingerprint` is of the site's certificate.
  absl::StatusOr<v1::WithdrawalInfo> Withdraw(absl::string_view site, absl::string_view pseudonyms,
                                              absl::string_view fingerprint, int64_t now);
  // Empty `site`: of any. NOT_FOUND.
  absl::StatusOr<storage::v1::StoredWithdrawal> Get(absl::string_view site,
                                                    absl::string_view withdrawal) const;
  std::vector<storage::v1::StoredWithdrawal> List(absl::string_view site) const;
  // Tries again what has failed. Does nothing if the withdrawal has not.
  void Retry(absl::string_view withdrawal);
  // Notes the audit log's entry that a withdrawal is done.
  absl::Status NoteEntry(absl::string_view withdrawal, uint64_t entry);

  v1::WithdrawalInfo Describe(const storage::v1::StoredWithdrawal& stored, bool to_site) const;

  // From now on nothing can be withdrawn. FAILED_PRECONDITION if a withdrawal is not done.
  absl::Status Close();
  void Reopen();

 private:
  using Records = absl::flat_hash_set<RecordPseudonym>;
  struct Removed {
    uint64_t records = 0;
    uint64_t postings = 0;
  };

  explicit DatasetChanges(const Parts& parts) : parts_(parts) {}
  std::filesystem::path FolderOf(absl::string_view withdrawal) const {
    return parts_.folder / std::string(withdrawal);
  }
  absl::Status CheckOneIndex() const;
  absl::Status Save(storage::v1::StoredWithdrawal changed);
  void Enqueue(const std::string& withdrawal);
  void Execute(const std::string& withdrawal);
  absl::Status Carry(storage::v1::StoredWithdrawal withdrawal);
  // Once nothing of its records is left.
  absl::Status NoteDone(storage::v1::StoredWithdrawal withdrawal);
  // Writes the site's visible datasets that have some of the records, but `except`, anew without
  // them. Nothing is changed before the result is applied.
  absl::StatusOr<ProjectNotes::Change> Rewrite(const std::string& site, const Records& records,
                                               uint32_t except, Removed* removed);
  // Makes the change durable, and removes from the index what it has replaced.
  absl::Status Apply(const ProjectNotes::Change& change);
  // Removes from the index what is not to be seen any more, and what an interrupted Rewrite left.
  absl::Status RemoveLeftovers();

  const Parts parts_;
  mutable std::mutex mutex_;
  bool closed_ = false;
  std::map<std::string, storage::v1::StoredWithdrawal, std::less<>> withdrawals_;
};

}  // namespace blindlink::resolver
