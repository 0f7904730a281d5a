#include "researcher/evaluate/contingency.h"

#include <cmath>

namespace blindlink::researcher {

Proportion WilsonInterval(uint64_t hits, uint64_t total) {
  if (total == 0) return {};
  constexpr double kZ = 1.959963984540054;  // of a two-sided 95 % interval
  const double n = static_cast<double>(total);
  const double p = static_cast<double>(hits) / n;
  const double scale = 1 / (1 + kZ * kZ / n);
  const double middle = scale * (p + kZ * kZ / (2 * n));
  const double half = scale * kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  // At the ends, rounding would miss the exact value of the formula.
  return {p, hits == 0 ? 0 : middle - half, hits == total ? 1 : middle + half};
}

Proportion ContingencyTable::Sensitivity() const {
  return WilsonInterval(true_positives, true_positives + false_negatives);
}

Proportion ContingencyTable::PositivePredictiveValue() const {
  return WilsonInterval(true_positives, true_positives + false_positives);
}

Proportion ContingencyTable::Specificity() const {
  return WilsonInterval(true_negatives, true_negatives + false_positives);
}

double ContingencyTable::F1() const {
  const double found_and_missed = 2.0 * static_cast<double>(true_positives) +
                                  static_cast<double>(false_positives) +
                                  static_cast<double>(false_negatives);
  return true_positives == 0 ? 0 : 2.0 * static_cast<double>(true_positives) / found_and_missed;
}

}  // namespace blindlink::researcher
