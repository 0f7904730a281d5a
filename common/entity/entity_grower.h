#pragma once

#include <cstdint>
#include <vector>

namespace blindlink {

// Grows entities from match pairs: union-find (Tarjan 1975; union by size, path halving) over
// record ordinals 0..records-1, guarded, because one wrong pair between two entities makes one
// useless person of two or more: an entity does not grow past a size, and two that have grown
// already are joined by no weak bridge, a single pair whose score is below the band "high". Offer
// pairs best first: what is refused depends on the order. 8 bytes a record. Not thread-safe.
class EntityGrower {
 public:
  // At most 2^32 - 1 records; max_entity_size 2 or more.
  EntityGrower(uint32_t records, uint32_t max_entity_size);

  // For a pair with this score. False if they stay apart, which is counted. True if they are one
  // entity now, or were already.
  bool Join(uint32_t left, uint32_t right, double score);

  // A representative of the record's entity: the same for all its records.
  uint32_t Find(uint32_t record);

  uint32_t SizeOf(uint32_t record) { return size_[Find(record)]; }
  uint64_t refused_by_size() const { return refused_by_size_; }
  uint64_t refused_as_weak() const { return refused_as_weak_; }
  uint64_t entities() const { return entities_; }

 private:
  std::vector<uint32_t> parent_;
  std::vector<uint32_t> size_;  // right for representatives
  const uint32_t max_entity_size_;
  uint64_t refused_by_size_ = 0;
  uint64_t refused_as_weak_ = 0;
  uint64_t entities_;
};

}  // namespace blindlink
