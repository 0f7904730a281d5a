#include "resolver/linkage/decoys.h"

#include <algorithm>
#include <cstddef>

namespace blindlink::resolver {

Decoys::Decoys(const RecordOrder& order, const std::vector<bool>& sites, const RunFakes& fakes) {
  for (size_t site = 0; site < order.sites().size(); ++site) {
    const uint32_t first = order.FirstRankOf(site);
    const uint32_t records = order.FirstRankOf(site + 1) - first;
    const auto real = static_cast<uint32_t>(records - fakes.OfSite(site));
    const uint32_t sampled = sites[site] ? std::min(real, kMaxRecordsPerSite) : 0;
    // Fakes are spread evenly over the ranks.
    const uint64_t ranks = real == 0 ? 0 : uint64_t{sampled} * records / real;
    ends_.push_back(first + static_cast<uint32_t>(ranks));
    comparisons_ += static_cast<double>(sampled) * (static_cast<double>(sampled) - 1) / 2;
  }
}

}  // namespace blindlink::resolver
