#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/key_rotation_service.pb.h"
#include "resolver/audit/own_decision.h"
#include "resolver/index/token_index.h"
#include "resolver/project/background_worker.h"
#include "resolver/project/project_notes.h"
#include "resolver/project/project_parties.h"
#include "resolver/project/upload_register.h"

namespace blindlink::resolver {

// A project's epochs: opens a new one, and ends the old one, whose datasets are then removed from
// the index in the background. Errors are those of key_rotation_service.proto. Thread-safe.
class EpochRegister {
 public:
  struct Parts {
    std::string project;
    SiteList sites;
    ProjectNotes& notes;
    UploadRegister& uploads;
    const TokenIndex& index;
    BackgroundWorker& worker;
    EnterDecision enter =
        {};  // of ends that no call has asked for; empty: they are entered nowhere
  };
  explicit EpochRegister(Parts parts) : parts_(std::move(parts)) {}

  // Continues with what an earlier process left. The register must outlive the worker's tasks.
  void ResumeWork() { RetireIfComplete(); }

  // `now` in Unix seconds.
  absl::Status Open(const v1::OpenEpochRequest& request, int64_t now);
  absl::Status Retire(bool partial);
  // Ends the old epoch if the coordinator has asked for that and every site has committed a dataset
  // in the new one, which it enters before as EPOCH_ENDED; also removes what is left of retired
  // ones. Call when a dataset is committed.
  void RetireIfComplete();
  // Has the worker try that again, a minute after it failed. To be called now and then.
  void RetryFailed(int64_t now);
  // Fills in epochs and datasets_to_remove.
  absl::Status Describe(v1::ProjectKeys* keys) const;

 private:
  using Datasets = std::vector<storage::v1::CommittedDataset>;

  // The datasets of an epoch that are not withdrawn.
  Datasets DatasetsOf(uint32_t epoch, const Datasets& committed) const;
  std::vector<std::string> SitesWithout(const Datasets& datasets) const;
  // Binds the key of the new epoch, unless one is bound, if every site has a dataset of that key.
  absl::Status BindAgreedKey(const Datasets& committed);
  absl::Status RetireComplete();
  void EnqueueRemoval();

  const Parts parts_;
  std::atomic<int64_t> retry_at_{0};  // Unix seconds; 0: nothing has failed
};

}  // namespace blindlink::resolver
