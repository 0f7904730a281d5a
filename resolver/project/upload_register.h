#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/upload_service.pb.h"
#include "common/plan/plan.h"
#include "resolver/audit/own_decision.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/index_key.h"
#include "resolver/index/token_index.h"
#include "resolver/ingest/upload.h"
#include "resolver/project/background_worker.h"
#include "resolver/project/project_notes.h"

namespace blindlink::resolver {

// All uploads of a project: unfinished ones, each in <folder>/<site>/<dataset>, and those in the
// index. Errors are those of upload_service.proto. Thread-safe.
class UploadRegister {
 public:
  struct Parts {
    std::filesystem::path folder;
    std::filesystem::path temporary_folder;
    const Plan& plan;
    const IndexKey& key;
    TokenIndex& index;
    ProjectNotes& notes;
    WorkLimits limits;
    BackgroundWorker& worker;
    // Called, without any lock held, when an upload has been ingested or is gone.
    std::function<void()> when_settled = [] {};
    // Makes a dataset visible that replaces or corrects others and is hidden in the index until
    // then. Called on the worker's thread, without any lock held; again after an error.
    std::function<absl::Status(const storage::v1::CommittedDataset&)> change_others =
        [](const storage::v1::CommittedDataset&) { return absl::OkStatus(); };
    // The records, without fakes, that a site may have; nothing: no limit.
    std::function<std::optional<uint64_t>(absl::string_view site)> census_of =
        [](absl::string_view) { return std::nullopt; };
    // A dataset ends so many days after its upload began, unless it ends earlier. 0: never.
    uint32_t dataset_days = 0;
  };
  // Stops a site that forgets the uploads it began before they fill the disk.
  static constexpr int kMaxOpenUploadsPerSite = 16;

  // Opens what an earlier process left; deletes half-removed folders. DATA_LOSS if the index lacks
  // a dataset that was committed.
  static absl::StatusOr<std::unique_ptr<UploadRegister>> Open(const Parts& parts);
  // Continues with the ingests, in the order of their commits, and the full logs that an earlier
  // process left. The register must outlive the worker's tasks.
  void ResumeWork();

  absl::StatusOr<v1::UploadPosition> Begin(const v1::UploadManifest& manifest);
  // An upload that is not in the index yet.
  absl::StatusOr<std::shared_ptr<Upload>> Find(absl::string_view site,
                                               absl::string_view dataset) const;
  absl::StatusOr<v1::UploadInfo> Commit(absl::string_view site,
                                        const v1::CommitUploadRequest& request);
  absl::StatusOr<v1::UploadInfo> Info(absl::string_view site, absl::string_view dataset) const;
  // FAILED_PRECONDITION if the site, with this open upload, has more records than its census.
  absl::Status CheckCensus(absl::string_view site, absl::string_view dataset) const;
  // The same of a correction, once it is known what it leaves of the site's others of that key.
  absl::Status CheckCensusWith(const storage::v1::CommittedDataset& correction,
                               const std::vector<storage::v1::CommittedDataset>& others) const;
  // Ordered by site and dataset; those of one site, or of all sites if `site` is empty.
  std::vector<v1::UploadInfo> List(absl::string_view site) const;
  // An upload that is not committed.
  absl::StatusOr<v1::UploadInfo> Discard(absl::string_view site, absl::string_view dataset);
  // The coordinator's way to be rid of an upload: discards it, or withdraws a committed dataset
  // from all later runs.
  absl::StatusOr<v1::UploadInfo> DiscardOrWithdraw(absl::string_view site,
                                                   absl::string_view dataset);
  // The end of a dataset or an upload. Errors as SetDatasetEnd in retention_service.proto.
  absl::StatusOr<v1::UploadInfo> SetEnd(absl::string_view site, absl::string_view dataset,
                                        int64_t end, int64_t now);
  // Discards the uploads and withdraws the datasets whose end has come, and has the worker remove
  // these datasets from the index; each is entered before as DATASET_ENDED. To be called about once
  // a second.
  void EndDatasets(int64_t now, const EnterDecision& enter);

  // The name of an upload of the site that is not in the index yet; none if there is none.
  std::optional<std::string> OpenUploadOf(absl::string_view site) const;
  // A number that no dataset has or had. Only for the worker's thread.
  uint32_t FreeNumber() const;
  // Takes over which datasets the index has, after the notes have changed.
  absl::Status Reload();
  // From now on no upload can be begun. FAILED_PRECONDITION, naming one, if an upload is not in the
  // index yet.
  absl::Status Close();
  void Reopen();

  // Discards the open uploads whose token key is that of a retired epoch, except those that are
  // being ingested.
  void DiscardRetired();
  // Removes from the index the datasets of retired epochs. Only for the worker's thread.
  absl::Status RemoveRetired();
  // The open uploads. Only for the worker's thread, on which uploads are sealed and ingested.
  std::vector<std::shared_ptr<Upload>> OpenUploads() const;

 private:
  using Name = std::pair<std::string, std::string>;  // site, dataset

  explicit UploadRegister(const Parts& parts) : parts_(parts) {}
  absl::Status CheckNothingIsMissing() const;
  // With the lock held.
  absl::Status ReadCommitted();
  absl::Status CheckReplaces(const v1::UploadManifest& manifest) const;
  // Ends what TakeIn has begun: the dataset is in the index and to be seen.
  absl::Status Show(const storage::v1::CommittedDataset& dataset);
  // With the lock held: removes an open upload's folder, and has the worker remove from the index
  // what its ingest may have left there.
  void RemoveOpen(Upload& upload);
  // Whether an upload's ingest has come so far that its dataset is to be seen.
  bool IsShown(uint32_t number) const;
  bool IsInIndex(uint32_t number) const;
  absl::Status OpenFolders();
  v1::UploadInfo InfoOf(const storage::v1::CommittedDataset& dataset) const;
  v1::UploadInfo InfoOf(const Upload& upload) const;
  absl::Status CheckManifest(const v1::UploadManifest& manifest) const;
  absl::Status CheckTokenKey(const v1::UploadManifest& manifest) const;
  Upload::Options OptionsOf(const Name& name);
  absl::StatusOr<v1::UploadInfo> DiscardOpen(absl::string_view site, absl::string_view dataset);
  void EnqueueSeal(const Name& name);
  void Seal(const Name& name);
  absl::Status TakeIn(Upload& upload);
  void EnqueueIngest(const Name& name);
  void Ingest(const Name& name);
  uint32_t NextNumber() const;
  int64_t EndOfNew() const;
  // What is kept of this commit of the site's upload.
  Upload::CommitNote NoteOf(const Upload& upload, const v1::UploadCounts& counts) const;
  // The parts of EndDatasets, with the lock held, and of its work.
  void EndOne(const Name& name, int64_t now, const EnterDecision& enter);
  absl::Status EndOpen(const Name& name, const EnterDecision& enter);
  absl::Status EndCommitted(const Name& name, int64_t now, const EnterDecision& enter);
  absl::Status EnterEnd(const Name& name, const EnterDecision& enter);
  absl::Status RemoveEnded(const Name& name);

  const Parts parts_;
  mutable std::mutex mutex_;
  bool closed_ = false;
  std::map<Name, std::shared_ptr<Upload>> open_;
  std::map<Name, storage::v1::CommittedDataset> committed_;
  std::set<Name> ends_entered_;     // in the audit log, of ends that are not done yet
  std::map<Name, int64_t> ending_;  // withdrawn at their end: when their removal is begun, or again
};

}  // namespace blindlink::resolver
