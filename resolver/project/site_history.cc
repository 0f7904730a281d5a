#include "resolver/project/site_history.h"

#include <algorithm>
#include <tuple>

namespace blindlink::resolver {

CountedDataset AsCommitted(const storage::v1::CommittedDataset& dataset) {
  const v1::UploadCounts& counts = dataset.counts();
  uint64_t records = dataset.records_at_commit();
  if (records == 0) {
    // Of an earlier release, which took what was withdrawn from the count of records only.
    const uint64_t rejected = std::min(counts.rejected_rows(), counts.rows());
    records = std::max(dataset.records(), counts.rows() - rejected);
  }
  return {dataset.manifest(), counts, records};
}

std::vector<CountedDataset> InOrderOfCommit(std::vector<storage::v1::CommittedDataset> datasets) {
  const auto place = [](const storage::v1::CommittedDataset& dataset) {
    const auto& earlier = dataset.earlier_numbers();
    return std::make_tuple(dataset.commit_unix_seconds(),
                           earlier.empty() ? dataset.dataset_number() : earlier[0]);
  };
  std::sort(datasets.begin(), datasets.end(),
            [&](const auto& a, const auto& b) { return place(a) < place(b); });
  std::vector<CountedDataset> counted;
  for (const storage::v1::CommittedDataset& dataset : datasets) {
    counted.push_back(AsCommitted(dataset));
  }
  return counted;
}

}  // namespace blindlink::resolver
