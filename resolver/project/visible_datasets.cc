#include "resolver/project/visible_datasets.h"

#include <map>

#include "common/base/status_macros.h"

namespace blindlink::resolver {

absl::StatusOr<std::vector<storage::v1::CommittedDataset>> VisibleDatasets(
    const TokenIndex& index, const ProjectNotes& notes) {
  BL_ASSIGN_OR_RETURN(auto datasets, index.Datasets());
  std::erase_if(datasets, [&](const storage::v1::CommittedDataset& dataset) {
    return notes.IsHidden(dataset.dataset_number()) || notes.IsRemoved(dataset.dataset_number());
  });
  return datasets;
}

std::vector<uint32_t> NumbersNow(const std::vector<uint32_t>& numbers,
                                 const std::vector<storage::v1::CommittedDataset>& datasets) {
  std::map<uint32_t, uint32_t> now;
  for (const auto& dataset : datasets) {
    now[dataset.dataset_number()] = dataset.dataset_number();
    for (const uint32_t earlier : dataset.earlier_numbers()) {
      now[earlier] = dataset.dataset_number();
    }
  }
  std::vector<uint32_t> found;
  for (const uint32_t number : numbers) {
    const auto at = now.find(number);
    found.push_back(at == now.end() ? 0 : at->second);
  }
  return found;
}

std::vector<uint32_t> CorrectionsSince(uint32_t number,
                                       const storage::v1::CommittedDataset& dataset) {
  std::vector<uint32_t> corrections;
  bool since = false;
  for (int i = 0; i < dataset.earlier_numbers_size() && i < dataset.corrected_by_size(); ++i) {
    since |= dataset.earlier_numbers(i) == number;
    if (since && dataset.corrected_by(i) != 0) corrections.push_back(dataset.corrected_by(i));
  }
  return corrections;
}

bool CameAfter(uint32_t newest, const storage::v1::CommittedDataset& dataset) {
  const auto& earlier = dataset.earlier_numbers();
  return newest != 0 && (earlier.empty() ? dataset.dataset_number() : earlier[0]) > newest;
}

bool TakesThePlaceOf(const v1::UploadManifest& other, const v1::UploadManifest& dataset) {
  if (dataset.kind() != v1::REPLACEMENT || other.site() != dataset.site() ||
      other.token_key_id() != dataset.token_key_id()) {
    return false;
  }
  return dataset.replaces().empty() || dataset.replaces() == other.dataset();
}

}  // namespace blindlink::resolver
