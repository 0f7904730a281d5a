#include "researcher/timeline/map_check.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "researcher/results/checked_file.h"
#include "researcher/results/manifest.h"

namespace blindlink::researcher {
namespace {

absl::Status OfAnother(const std::string& path, const Extract& extract, absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat(path, " and ", extract.folder, " are of different ", what,
                   ": use the entity map and the extracts of one run"));
}

absl::Status CheckExtract(const std::string& path, const ResultManifest& manifest,
                          const Extract& extract) {
  if (extract.project != manifest.project) return OfAnother(path, extract, "projects");
  if (extract.run != manifest.run) return OfAnother(path, extract, "runs");
  const auto& datasets = manifest.datasets;
  const auto of_site = std::find_if(datasets.begin(), datasets.end(), [&](const auto& dataset) {
    return dataset.first == extract.site;
  });
  if (datasets.empty() || extract.dataset.empty()) return absl::OkStatus();
  if (of_site == datasets.end()) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " is of a run without data of ", extract.site, ": leave out ", extract.folder));
  }
  const bool same = std::any_of(datasets.begin(), datasets.end(), [&](const auto& dataset) {
    return dataset.first == extract.site && dataset.second == extract.dataset;
  });
  return same ? absl::OkStatus() : OfAnother(path, extract, "datasets");
}

}  // namespace

absl::Status CheckEntityMap(const std::string& path, const std::vector<Extract>& extracts,
                            std::vector<std::string>* warnings) {
  const std::string manifest_path = path + ".manifest.json";
  std::error_code error;
  if (!std::filesystem::exists(manifest_path, error)) {
    warnings->push_back(
        absl::StrCat("there is no ", std::filesystem::path(manifest_path).filename().string(),
                     " beside the entity map, so nobody knows that it is of the extracts' run"));
    return absl::OkStatus();
  }
  BL_ASSIGN_OR_RETURN(const ResultManifest manifest, ReadManifest(manifest_path));
  if (manifest.kind != "entity-map") {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is not an entity map: its manifest says ", manifest.kind));
  }
  for (const Extract& extract : extracts) {
    BL_RETURN_IF_ERROR(CheckExtract(path, manifest, extract));
  }
  return CheckDigest(path, manifest);
}

}  // namespace blindlink::researcher
