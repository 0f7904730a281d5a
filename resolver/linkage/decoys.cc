#include "resolver/linkage/decoys.h"

#include <algorithm>
#include <cstddef>

namespace blindlink::resolver {

Decoys::Decoys(const RecordOrder& order, const std::vector<bool>& sites) {
  for (size_t site = 0; site < order.sites().size(); ++site) {
    const uint32_t first = order.FirstRankOf(site);
    const uint32_t records = order.FirstRankOf(site + 1) - first;
    const uint32_t sampled = sites[site] ? std::min(records, kMaxRecordsPerSite) : 0;
    ends_.push_back(first + sampled);
    comparisons_ += static_cast<double>(sampled) * (static_cast<double>(sampled) - 1) / 2;
  }
}

}  // namespace blindlink::resolver
