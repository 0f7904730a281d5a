#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/base/mix.h"

namespace blindlink::agent {

// Two or three of a person's codes.
struct Combination {
  uint64_t key;  // exact for two; a hash for three
  std::array<uint32_t, 3> members;
  uint32_t size;

  bool Has(uint32_t member) const {
    return members[0] == member || members[1] == member || (size == 3 && members[2] == member);
  }
};

// Calls `use` for all combinations of 2 to `largest` (at most 3) of `nodes`, which are ordered and
// distinct.
template <typename Use>
void ForCombinations(const std::vector<uint32_t>& nodes, uint32_t largest, const Use& use) {
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (size_t j = i + 1; j < nodes.size(); ++j) {
      const uint64_t pair = uint64_t{nodes[i]} << 32 | nodes[j];
      use(Combination{pair, {nodes[i], nodes[j], 0}, 2});
      for (size_t k = j + 1; largest > 2 && k < nodes.size(); ++k) {
        use(Combination{Mix64(Mix64(pair) + nodes[k]), {nodes[i], nodes[j], nodes[k]}, 3});
      }
    }
  }
}

}  // namespace blindlink::agent
