#include "common/token_audit/disjoint_sets.h"

#include <utility>

namespace blindlink {

void DisjointSets::Grow(size_t count) {
  if (count > parents_.size()) parents_.resize(count, kRoot + 1);
}

uint32_t DisjointSets::Find(uint32_t member) {
  while (parents_[member] < kRoot) {
    const uint32_t parent = parents_[member];
    if (parents_[parent] < kRoot) parents_[member] = parents_[parent];
    member = parent;
  }
  return member;
}

void DisjointSets::Join(uint32_t a, uint32_t b) {
  a = Find(a);
  b = Find(b);
  if (a == b) return;
  if (parents_[a] < parents_[b]) std::swap(a, b);
  parents_[a] += parents_[b] - kRoot;
  parents_[b] = a;
}

}  // namespace blindlink
