#include "agent/risk/item_risk.h"

#include <algorithm>
#include <functional>
#include <tuple>

#include "absl/container/flat_hash_map.h"

namespace blindlink::agent {
namespace {

constexpr uint64_t kMostCombinations = 100'000'000;

using Combination = std::tuple<uint32_t, uint32_t, uint32_t>;

// Calls use(combination) for each combination of m of the sorted items, until it returns false.
template <typename Use>
void ForEachCombination(const std::vector<uint32_t>& items, uint32_t m, const Use& use) {
  const size_t n = items.size();
  for (size_t a = 0; a < n; ++a) {
    if (m == 1 && !use(Combination{items[a], 0, 0})) return;
    for (size_t b = a + 1; m > 1 && b < n; ++b) {
      if (m == 2 && !use(Combination{items[a], items[b], 0})) return;
      for (size_t c = b + 1; m > 2 && c < n; ++c) {
        if (!use(Combination{items[a], items[b], items[c]})) return;
      }
    }
  }
}

uint64_t CountOfCombinations(uint64_t n, uint32_t m) {
  uint64_t count = 1;
  for (uint64_t i = 0; i < m; ++i) count = n > i ? count * (n - i) / (i + 1) : 0;
  return count;
}

}  // namespace

absl::StatusOr<ItemRisk> MeasureItems(const ItemSets& sets, uint32_t m, uint32_t k) {
  uint64_t total = 0;
  for (const std::vector<uint32_t>& set : sets) total += CountOfCombinations(set.size(), m);
  if (total > kMostCombinations) {
    return absl::ResourceExhaustedError(
        "there are more than 100 million combinations: use a smaller m or coarser codes");
  }
  absl::flat_hash_map<Combination, uint32_t> counts;
  std::vector<uint32_t> sorted;
  const auto for_each_set = [&](const auto& work) {
    for (const std::vector<uint32_t>& set : sets) {
      sorted = set;
      std::sort(sorted.begin(), sorted.end());
      work(sorted);
    }
  };
  for_each_set([&](const std::vector<uint32_t>& items) {
    ForEachCombination(items, m, [&](const Combination& it) { return ++counts[it] > 0; });
  });
  ItemRisk risk{m, k, sets.size(), 0, counts.size(), 0};
  for_each_set([&](const std::vector<uint32_t>& items) {
    bool rare = false;
    ForEachCombination(items, m, [&](const Combination& it) { return !(rare = counts[it] < k); });
    if (rare) ++risk.persons_with_rare;
  });
  for (const auto& [combination, persons] : counts) {
    if (persons < k) ++risk.rare_combinations;
  }
  return risk;
}

}  // namespace blindlink::agent
