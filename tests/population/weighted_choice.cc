#include "tests/population/weighted_choice.h"

#include <numeric>

namespace blindlink::population {

WeightedChoice::WeightedChoice(const std::vector<double>& weights) {
  const size_t count = weights.size();
  const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / count;
  std::vector<double> left(count);
  std::vector<uint32_t> poor, rich;
  for (size_t i = 0; i < count; ++i) {
    left[i] = weights[i] / mean;
    (left[i] < 1 ? poor : rich).push_back(i);
    cells_.push_back({1, static_cast<uint32_t>(i)});
  }
  while (!poor.empty() && !rich.empty()) {
    const uint32_t small = poor.back(), large = rich.back();
    poor.pop_back();
    cells_[small] = {left[small], large};
    left[large] -= 1 - left[small];
    if (left[large] >= 1) continue;
    rich.pop_back();
    poor.push_back(large);
  }
}

size_t WeightedChoice::Pick(Draw& draw) const {
  const size_t at = draw.Below(cells_.size());
  return draw.Chance(cells_[at].keep) ? at : cells_[at].other;
}

std::vector<double> ZipfWeights(size_t count, double offset) {
  std::vector<double> weights(count);
  for (size_t i = 0; i < count; ++i) weights[i] = 1.0 / (static_cast<double>(i) + offset);
  return weights;
}

}  // namespace blindlink::population
