#pragma once

#include <cstdint>
#include <vector>

namespace blindlink {

// Grows entities from match pairs: union-find (Tarjan 1975; union by size, path halving) over
// record numbers 0..records-1. It is guarded, because a single wrong pair can merge two persons
// into one: an entity does not grow beyond a size, and two entities of several records each are not
// joined by a weak bridge, a single pair that scores below the band "high". Offer the best pairs
// first: which pairs are refused depends on the order. Takes 8 bytes per record. Not thread-safe.
class EntityGrower {
 public:
  // At most 2^32 - 1 records; max_entity_size 2 or more.
  EntityGrower(uint32_t records, uint32_t max_entity_size);

  // Offers a pair with this score. True if its records are now, or already were, one entity. False
  // if they stay apart, which is counted.
  bool Join(uint32_t left, uint32_t right, double score);

  // The representative of the record's entity: the same for all records of the entity.
  uint32_t Find(uint32_t record);

  uint32_t SizeOf(uint32_t record) { return size_[Find(record)]; }
  uint64_t refused_by_size() const { return refused_by_size_; }
  uint64_t refused_as_weak() const { return refused_as_weak_; }
  uint64_t entities() const { return entities_; }

 private:
  std::vector<uint32_t> parent_;
  std::vector<uint32_t> size_;  // valid for representatives
  const uint32_t max_entity_size_;
  uint64_t refused_by_size_ = 0;
  uint64_t refused_as_weak_ = 0;
  uint64_t entities_;
};

}  // namespace blindlink
