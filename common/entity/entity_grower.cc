#include "common/entity/entity_grower.h"

#include <numeric>
#include <utility>

#include "common/score/band.h"

namespace blindlink {

EntityGrower::EntityGrower(uint32_t records, uint32_t max_entity_size)
    : parent_(records), size_(records, 1), max_entity_size_(max_entity_size), entities_(records) {
  std::iota(parent_.begin(), parent_.end(), 0);
}

uint32_t EntityGrower::Find(uint32_t record) {
  while (parent_[record] != record) {
    parent_[record] = parent_[parent_[record]];
    record = parent_[record];
  }
  return record;
}

bool EntityGrower::Join(uint32_t left, uint32_t right, double score) {
  uint32_t large = Find(left);
  uint32_t small = Find(right);
  if (large == small) return true;
  if (uint64_t{size_[large]} + size_[small] > max_entity_size_) {
    ++refused_by_size_;
    return false;
  }
  const bool both_grown = size_[large] > 1 && size_[small] > 1;
  if (both_grown && BandOf(score) != Band::kHigh) {
    ++refused_as_weak_;
    return false;
  }
  if (size_[large] < size_[small]) std::swap(large, small);
  parent_[small] = large;
  size_[large] += size_[small];
  --entities_;
  return true;
}

}  // namespace blindlink
