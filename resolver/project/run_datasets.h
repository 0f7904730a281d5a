#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "resolver/project/project_notes.h"

namespace blindlink::resolver {

// The datasets of a run, which all have one token key.
struct RunDatasets {
  std::vector<storage::v1::CommittedDataset> datasets;
  std::string token_key_id;
  uint32_t epoch = 0;         // of that key
  bool of_all_sites = false;  // whether every site of the project has one of them
};

// Chooses among the committed datasets as `request` says. If it names none while two epochs are
// open, these are the datasets of the newest epoch in which every site has one; if there is no such
// epoch and `request` is partial, of the epoch in which the most sites have one, the newer of two.
// Errors are those of StartLinkage.
absl::StatusOr<RunDatasets> ChooseDatasets(
    const v1::StartLinkageRequest& request,
    const std::vector<storage::v1::CommittedDataset>& committed,
    const std::vector<std::string>& sites, const ProjectNotes& notes);

// Why a committed dataset is not among those that were chosen without naming any, in words.
std::string WhyLeftOut(const storage::v1::CommittedDataset& dataset, const RunDatasets& chosen,
                       const ProjectNotes& notes);

// The sites that have none of the datasets, in the order of `sites`.
std::vector<std::string> SitesWithout(const std::vector<storage::v1::CommittedDataset>& datasets,
                                      const std::vector<std::string>& sites);

// Brings a run's datasets, by number and by name, to what they are among the `visible` ones: one
// that has lost records has another number; a correction that has taken records out of it, and out
// of no dataset that the run does not have, becomes one of the run's. FAILED_PRECONDITION if one is
// gone, or if a correction of it cannot be one of the run's.
absl::Status FollowChanges(const std::vector<storage::v1::CommittedDataset>& visible,
                           const ProjectNotes& notes,
                           google::protobuf::RepeatedField<uint32_t>* numbers,
                           google::protobuf::RepeatedPtrField<v1::DatasetName>* names);

// The dataset of that name. NOT_FOUND.
absl::StatusOr<storage::v1::CommittedDataset> FindDataset(
    const v1::DatasetName& name, const std::vector<storage::v1::CommittedDataset>& datasets);

}  // namespace blindlink::resolver
