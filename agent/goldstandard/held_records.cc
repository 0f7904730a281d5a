#include "agent/goldstandard/held_records.h"

#include <algorithm>
#include <utility>

namespace blindlink::agent {

void HeldRecords::Add(PreparedRecord record) {
  blocks_.Add(size(), record.blocks);
  records_.push_back({std::move(record.id), record.row, std::move(record.values)});
}

void HeldRecords::Finish(size_t max_block) { blocks_.Finish(max_block); }

uint32_t HeldRecords::EndFor(size_t site, bool within_site, uint64_t row) const {
  if (site >= first_of_site_.size()) return size();
  const uint32_t first = first_of_site_[site];
  if (!within_site) return first;
  const uint32_t end = site + 1 < first_of_site_.size() ? first_of_site_[site + 1] : size();
  const auto found = std::lower_bound(records_.begin() + first, records_.begin() + end, row,
                                      [](const Held& held, uint64_t at) { return held.row < at; });
  return static_cast<uint32_t>(found - records_.begin());
}

std::vector<CandidatePair> HeldRecords::Compare(const RecordComparison& comparison, size_t site,
                                                bool within_site, const PreparedRecord& record,
                                                std::vector<uint32_t>* found) const {
  std::vector<CandidatePair> pairs;
  const uint32_t end = EndFor(site, within_site, record.row);
  blocks_.Find(record.blocks, found);
  for (const uint32_t held : *found) {
    if (held >= end) break;
    pairs.push_back({held, comparison.Compare(records_[held].values, record.values)});
  }
  return pairs;
}

}  // namespace blindlink::agent
