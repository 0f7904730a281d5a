#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"

namespace blindlink::agent {

// The items (codes) of each person, as numbers; each item once, in any order.
using ItemSets = std::vector<std::vector<uint32_t>>;

// How well sets of codes hide a person: k^m-anonymity (Terrovitis et al. 2008) asks that every
// combination of up to m items that occurs is had by k persons or by none.
struct ItemRisk {
  uint32_t m = 1;  // items in a combination, exactly
  uint32_t k = 1;
  uint64_t persons = 0;
  uint64_t persons_with_rare = 0;  // with a combination that fewer than k persons have
  uint64_t combinations = 0;       // that occur
  uint64_t rare_combinations = 0;
};

// m from 1 to 3. RESOURCE_EXHAUSTED if there are more than 100 million combinations. Thread-safe.
absl::StatusOr<ItemRisk> MeasureItems(const ItemSets& sets, uint32_t m, uint32_t k);

}  // namespace blindlink::agent
