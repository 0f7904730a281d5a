#include "agent/goldstandard/block_index.h"

#include <algorithm>
#include <tuple>

namespace blindlink::agent {

void BlockIndex::Add(uint32_t record, absl::Span<const RecordBlock> blocks) {
  for (const RecordBlock& block : blocks) entries_.push_back({block.hash, record, block.kind});
}

void BlockIndex::Finish(size_t max_records) {
  left_out_.assign(BlockingKeys().size(), {});
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.block, a.record) < std::tie(b.block, b.record);
  });
  for (size_t i = 0; i < entries_.size();) {
    size_t end = i;
    const uint64_t begin = records_.size();
    for (; end < entries_.size() && entries_[end].block == entries_[i].block; ++end) {
      const bool again = records_.size() > begin && records_.back() == entries_[end].record;
      if (!again) records_.push_back(entries_[end].record);
    }
    const uint64_t size = records_.size() - begin;
    if (size <= max_records) {
      ranges_[entries_[i].block] = {static_cast<uint32_t>(size), begin};
    } else {
      records_.resize(begin);
      LeftOut& left_out = left_out_[entries_[i].kind];
      ++left_out.blocks;
      left_out.largest = std::max(left_out.largest, size);
    }
    i = end;
  }
  entries_ = std::vector<Entry>();  // frees the memory
}

void BlockIndex::Find(absl::Span<const RecordBlock> blocks, std::vector<uint32_t>* records) const {
  records->clear();
  for (const RecordBlock& block : blocks) {
    const auto range = ranges_.find(block.hash);
    if (range == ranges_.end()) continue;
    const auto begin = records_.begin() + static_cast<ptrdiff_t>(range->second.begin);
    records->insert(records->end(), begin, begin + range->second.size);
  }
  std::sort(records->begin(), records->end());
  records->erase(std::unique(records->begin(), records->end()), records->end());
}

}  // namespace blindlink::agent
