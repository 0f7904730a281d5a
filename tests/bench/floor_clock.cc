#include <algorithm>
#include <chrono>

#include "tests/bench/floors.h"

namespace blindlink {

double ShortestSeconds(const std::function<void()>& work) {
  double shortest = 0;
  for (int i = 0; i < 3; ++i) {
    const auto began = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    shortest = i == 0 ? took.count() : std::min(shortest, took.count());
  }
  return shortest;
}

}  // namespace blindlink
