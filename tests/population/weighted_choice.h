#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/population/draw.h"

namespace blindlink::population {

// Chooses positions with given weights in constant time (Walker's alias method).
class WeightedChoice {
 public:
  // At least one weight, all of them positive.
  explicit WeightedChoice(const std::vector<double>& weights);

  size_t Pick(Draw& draw) const;

 private:
  struct Cell {
    double keep;
    uint32_t other;
  };
  std::vector<Cell> cells_;
};

// Names, towns: the n-th of a list is about 1 / (n + offset) as frequent, which is close to
// the distribution of census lists.
std::vector<double> ZipfWeights(size_t count, double offset);

}  // namespace blindlink::population
