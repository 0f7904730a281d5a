#include <mutex>
#include <set>
#include <string>

#include "common/base/disk_room.h"
#include "common/base/status_macros.h"
#include "resolver/linkage/linkage_run.h"
#include "resolver/project/dropped_index.h"
#include "resolver/project/index_size.h"
#include "resolver/project/run_datasets.h"
#include "resolver/project/run_register.h"
#include "resolver/project/visible_datasets.h"

namespace blindlink::resolver {
namespace {

v1::PreviewedDataset PreviewOf(const storage::v1::CommittedDataset& dataset) {
  v1::PreviewedDataset preview;
  preview.set_site(dataset.manifest().site());
  preview.set_dataset(dataset.manifest().dataset());
  preview.set_records(dataset.records());
  return preview;
}

}  // namespace

absl::StatusOr<v1::RunPreview> RunRegister::Preview() const {
  v1::StartLinkageRequest request;
  request.set_partial(true);
  BL_ASSIGN_OR_RETURN(const auto committed, VisibleDatasets(parts_.index, parts_.notes));
  const std::vector<std::string> sites = parts_.sites();
  BL_ASSIGN_OR_RETURN(const RunDatasets chosen,
                      ChooseDatasets(request, committed, sites, parts_.notes));
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return IndexIsDropped();
  }
  BL_RETURN_IF_ERROR(
      CheckRoom(parts_.folder, DiskOfRun(chosen.datasets, parts_.limits), "the run"));
  v1::RunPreview preview;
  preview.set_project(parts_.project);
  std::set<uint32_t> used;
  for (const auto& dataset : chosen.datasets) {
    used.insert(dataset.dataset_number());
    *preview.add_used() = PreviewOf(dataset);
  }
  for (const auto& dataset : committed) {
    if (used.contains(dataset.dataset_number())) continue;
    *preview.add_left_out() = PreviewOf(dataset);
    preview.mutable_left_out()->rbegin()->set_why(WhyLeftOut(dataset, chosen, parts_.notes));
  }
  for (const std::string& site : SitesWithout(chosen.datasets, sites)) {
    preview.add_sites_without(site);
  }
  const auto slow =
      NoticeOfSlowReading(EstimateIndexBytes(parts_.plan, chosen.datasets), parts_.memory());
  if (slow.has_value()) preview.add_notices(*slow);
  return preview;
}

}  // namespace blindlink::resolver
