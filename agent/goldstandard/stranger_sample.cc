#include "agent/goldstandard/stranger_sample.h"

#include <algorithm>

#include "common/crypto/siphash.h"
#include "common/score/chance_counter.h"

namespace blindlink::agent {
namespace {

// About a million pairs, whatever the number of sites.
constexpr size_t kRecordsOfOneSite = 1500;
constexpr size_t kRecordsOfTwoSites = 2000;

// Not a secret: the order only has to be independent of the records' values.
constexpr SipHashKey kOrderKey = {0x676f6c642d737461, 0x6e646172642d7531};

}  // namespace

StrangerSample::StrangerSample(size_t sites, bool within_site)
    : within_site_(within_site),
      per_site_(sites == 1 ? kRecordsOfOneSite : kRecordsOfTwoSites / sites) {
  sites_.resize(sites);
}

void StrangerSample::Offer(size_t site, const std::string& record_id,
                           const ComparableRecord& values) {
  std::vector<Record>& sample = sites_[site];
  const uint64_t order = SipHash24(kOrderKey, record_id);
  if (sample.size() == per_site_) {
    if (order >= sample.front().order) return;
    std::pop_heap(sample.begin(), sample.end());
    sample.pop_back();
  }
  sample.push_back({order, values});
  std::push_heap(sample.begin(), sample.end());
}

std::vector<v1::ChanceAgreement> StrangerSample::Measure(const RecordComparison& comparison) const {
  ChanceCounter counter(comparison.fields());
  for (size_t a = 0; a < sites_.size(); ++a) {
    for (size_t i = 0; i < sites_[a].size(); ++i) {
      for (size_t b = within_site_ ? a : a + 1; b < sites_.size(); ++b) {
        for (size_t j = b == a ? i + 1 : 0; j < sites_[b].size(); ++j) {
          counter.Add(comparison.Compare(sites_[a][i].values, sites_[b][j].values));
        }
      }
    }
  }
  return counter.Counts();
}

}  // namespace blindlink::agent
