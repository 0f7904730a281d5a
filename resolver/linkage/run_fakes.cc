#include "resolver/linkage/run_fakes.h"

#include <algorithm>
#include <numeric>

#include "common/plan/fake_records.h"

namespace blindlink::resolver {

uint64_t RealRecords(const Plan& plan, const storage::v1::CommittedDataset& dataset) {
  const uint64_t sent =
      dataset.records_at_commit() == 0 ? dataset.records() : dataset.records_at_commit();
  const uint64_t fakes = sent - RealAmong(sent, plan.proto().fakes_per_1000_records());
  return dataset.records() - std::min(fakes, dataset.records());
}

RunFakes::RunFakes(const Plan& plan, const std::vector<storage::v1::CommittedDataset>& datasets,
                   const std::vector<uint32_t>& only_with, const RecordOrder& order)
    : by_site_(order.sites().size()) {
  for (const auto& dataset : datasets) {
    const bool whole = only_with.empty() || std::find(only_with.begin(), only_with.end(),
                                                      dataset.dataset_number()) != only_with.end();
    if (!whole) continue;
    by_site_[order.SiteOf(dataset.dataset_number())] +=
        dataset.records() - RealRecords(plan, dataset);
  }
  // A site that sends the same records twice and adds no fakes has fewer records than that.
  for (size_t site = 0; site < by_site_.size(); ++site) {
    const uint64_t records = order.FirstRankOf(site + 1) - order.FirstRankOf(site);
    by_site_[site] = std::min(by_site_[site], records);
  }
}

uint64_t RunFakes::all() const {
  return std::accumulate(by_site_.begin(), by_site_.end(), uint64_t{0});
}

}  // namespace blindlink::resolver
