#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace blindlink {

// Classes of the numbers 0, 1, 2, … that grow together (union-find by size with path halving,
// Tarjan 1975). Four bytes a number. Not thread-safe.
class DisjointSets {
 public:
  // Makes room for the numbers below `count`; new numbers are classes of their own.
  void Grow(size_t count);
  size_t count() const { return parents_.size(); }

  // The number that stands for the class of `member`; it changes as classes grow.
  uint32_t Find(uint32_t member);
  void Join(uint32_t a, uint32_t b);
  // The size of the class that `representative`, as Find returns it, stands for.
  uint32_t SizeOf(uint32_t representative) const { return parents_[representative] - kRoot; }

 private:
  // A representative has kRoot plus the size of its class, any other member another of its class.
  static constexpr uint32_t kRoot = uint32_t{1} << 31;
  std::vector<uint32_t> parents_;
};

}  // namespace blindlink
