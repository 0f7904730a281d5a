#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "agent/compare/comparable_record.h"

namespace blindlink::agent {

// The best level between any value of one side and any value of the other; 0, "missing", if a side
// has none. A person may have several addresses or names; it is enough that one is shared.
template <typename Level>
size_t BestLevel(const std::vector<ComparableValue>& left,
                 const std::vector<ComparableValue>& right, Level level) {
  size_t best = 0;
  for (const ComparableValue& a : left) {
    for (const ComparableValue& b : right) best = std::max<size_t>(best, level(a, b));
  }
  return best;
}

// Null means no value.
template <typename Level>
size_t BestLevel(const std::vector<ComparableValue>* left,
                 const std::vector<ComparableValue>* right, Level level) {
  return left == nullptr || right == nullptr ? 0 : BestLevel(*left, *right, level);
}

}  // namespace blindlink::agent
