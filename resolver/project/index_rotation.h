#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/key_rotation_service.pb.h"
#include "common/plan/plan.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/index_engine.h"
#include "resolver/index/index_key.h"
#include "resolver/index/switchable_token_index.h"
#include "resolver/project/background_worker.h"
#include "resolver/project/index_key_folder.h"
#include "resolver/project/project_notes.h"
#include "resolver/project/upload_register.h"

namespace blindlink::resolver {

// Changes a project's index key in the background, without the sites (ADR 15): makes a key of the
// next generation, copies dataset after dataset to a second index under it, has everybody use that
// index and key from one moment on, converts the segments of the uploads in progress, and destroys
// the old index and, if it is not the first, the old key. Uploads and runs go on between the steps;
// nothing of the result changes. What was interrupted is continued at the next start: at the
// dataset that was being copied. Thread-safe.
class IndexRotation {
 public:
  struct Parts {
    std::string project;
    std::filesystem::path folder;            // of the project
    std::filesystem::path temporary_folder;  // in it
    IndexKeyFolder keys;
    const Plan& plan;
    const IndexEngine& engine;
    IndexKey& key;
    SwitchableTokenIndex& index;
    ProjectNotes& notes;
    UploadRegister& uploads;
    WorkLimits limits;
    BackgroundWorker& worker;
  };
  explicit IndexRotation(Parts parts) : parts_(std::move(parts)) {}

  // The folder of the index of a generation.
  static std::filesystem::path IndexFolder(const std::filesystem::path& project_folder,
                                           uint32_t generation);
  // What that index is opened with.
  static IndexToOpen IndexOf(const std::filesystem::path& project_folder,
                             const std::string& project, const Plan& plan, const IndexKey& key,
                             const IndexKeyGeneration& generation);

  // Continues with what an earlier process left. Must come before other work is resumed. The object
  // must outlive the worker's tasks.
  void ResumeWork();
  // RESOURCE_EXHAUSTED as RotateIndexKey. If a rotation is in progress, tries to go on with it.
  absl::Status Begin();
  // From now on no rotation can be begun: the index is dropped. FAILED_PRECONDITION if one is in
  // progress.
  absl::Status Close();
  // The same, whatever is in progress.
  void CloseAnyway();
  void Reopen();
  // Call when an upload has been ingested or is gone: the rotation may have waited for it.
  void Continue();
  void Describe(v1::IndexKeyState* state) const;

 private:
  void EnqueueStep();
  // One dataset, or the end.
  void Step();
  absl::StatusOr<bool> CopyNext();  // false: there is nothing left to copy
  absl::Status CopyDataset(const storage::v1::CommittedDataset& dataset);
  absl::Status OpenNext();
  absl::Status SwitchOver();
  absl::Status RemoveOld();
  // The keys of generations before the current one and the one being retired.
  absl::Status DestroyOldKeys() const;
  // From the generation before.
  absl::StatusOr<TokenConverter> ConverterTo(uint32_t generation) const;
  // UNAVAILABLE if the switch must wait for an ingest, FAILED_PRECONDITION if it waits for somebody
  // to do something about a failed one.
  absl::Status CheckIngestsHaveEnded() const;
  void SetWaiting(std::string why);

  const Parts parts_;
  std::shared_ptr<TokenIndex> next_;      // only for the worker's thread
  std::atomic<bool> destroying_ = false;  // the rest is done, but the old key is still there
  mutable std::mutex mutex_;
  uint32_t copied_ = 0;
  std::string waiting_for_;
  bool closed_ = false;
};

}  // namespace blindlink::resolver
