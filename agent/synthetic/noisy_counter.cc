#include "agent/synthetic/noisy_counter.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "agent/synthetic/discrete_gaussian.h"

namespace blindlink::agent {

std::vector<double> CountColumn(const CodedTable& table, size_t column) {
  std::vector<double> counts(table.sizes[column]);
  for (const uint16_t code : table.columns[column]) ++counts[code];
  return counts;
}

std::vector<double> CountPair(const CodedTable& table, ColumnPair pair) {
  const size_t width = table.sizes[pair.second];
  std::vector<double> counts(table.sizes[pair.first] * width);
  const std::vector<uint16_t>& left = table.columns[pair.first];
  const std::vector<uint16_t>& right = table.columns[pair.second];
  for (size_t row = 0; row < left.size(); ++row) ++counts[left[row] * width + right[row]];
  return counts;
}

double NoisyCounter::VarianceOf(size_t measurements, double rho) const {
  if (!is_private()) return 0;
  const auto sensitivity = static_cast<double>(rows_per_person_);
  return std::ceil(sensitivity * sensitivity * static_cast<double>(measurements) / (2 * rho));
}

uint64_t NoisyCounter::Pay(const std::string& what, size_t measurements, double rho) {
  const double variance = VarianceOf(measurements, rho);
  if (!is_private() || measurements == 0) return 0;
  const auto sensitivity = static_cast<double>(rows_per_person_);
  const double cost =
      sensitivity * sensitivity * static_cast<double>(measurements) / (2 * variance);
  budget_.Spend({absl::StrCat(part_, ": ", what), measurements, cost, variance});
  return static_cast<uint64_t>(variance);
}

NoisyCounts NoisyCounter::AddNoise(std::vector<double> exact, uint64_t variance) {
  if (variance > 0) {
    for (double& count : exact) count += static_cast<double>(DiscreteGaussian(variance, random_));
  }
  return {std::move(exact), static_cast<double>(variance)};
}

std::vector<NoisyCounts> NoisyCounter::Columns(const std::string& what, double rho) {
  const uint64_t variance = Pay(what, table_.columns.size(), rho);
  std::vector<NoisyCounts> noisy;
  for (size_t c = 0; c < table_.columns.size(); ++c) {
    noisy.push_back(AddNoise(CountColumn(table_, c), variance));
  }
  return noisy;
}

std::vector<NoisyCounts> NoisyCounter::Pairs(const std::string& what,
                                             const std::vector<ColumnPair>& pairs, double rho) {
  const uint64_t variance = Pay(what, pairs.size(), rho);
  std::vector<NoisyCounts> noisy;
  noisy.reserve(pairs.size());
  for (const ColumnPair& pair : pairs) noisy.push_back(AddNoise(CountPair(table_, pair), variance));
  return noisy;
}

size_t NoisyCounter::Choose(const std::vector<int64_t>& scores, double rho) {
  const int64_t best = *std::max_element(scores.begin(), scores.end());
  if (!is_private()) return std::find(scores.begin(), scores.end(), best) - scores.begin();
  // Weights exp(epsilon * score / (2 * sensitivity)); epsilon in units of 2^-24, rounded down.
  constexpr uint64_t kUnits = uint64_t{1} << 24;
  const auto epsilon = static_cast<uint64_t>(std::sqrt(8 * rho) * static_cast<double>(kUnits));
  for (;;) {
    const size_t candidate = random_.Below(scores.size());
    const auto behind = static_cast<RandomSource::Wide>(best - scores[candidate]);
    const Fraction exponent{behind * epsilon,
                            RandomSource::Wide{2} * rows_per_person_ * kScoreUnits * kUnits};
    if (BernoulliExp(exponent, random_)) return candidate;
  }
}

void NoisyCounter::SpendOnChoices(const std::string& what, size_t choices, double rho_of_each) {
  if (!is_private() || choices == 0) return;
  budget_.Spend(
      {absl::StrCat(part_, ": ", what), choices, rho_of_each * static_cast<double>(choices), 0});
}

}  // namespace blindlink::agent
