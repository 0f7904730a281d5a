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

}  // namespace blindlink::resolver
