#include "agent/risk/population_risk.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace blindlink::agent {
namespace {

double CountOf(const SizeCounts& counts, uint32_t size) {
  const auto found = counts.find(size);
  return found == counts.end() ? 0 : static_cast<double>(found->second);
}

double GroupsOf(const SizeCounts& counts) {
  double groups = 0;
  for (const auto& [size, count] : counts) groups += static_cast<double>(count);
  return groups;
}

// Hoshino (2001): theta and alpha of Pitman's sampling formula by moments; nothing if they are not
// admissible.
std::optional<double> Pitman(const SizeCounts& counts, double n, double population) {
  const double n1 = CountOf(counts, 1);
  const double n2 = CountOf(counts, 2);
  const double u = GroupsOf(counts);
  if (n1 < 2 || n2 < 1) return std::nullopt;
  const double c = n1 * (n1 - 1) / n2;
  const double below = 2 * n1 * u + n1 * c - n * c;
  if (below == 0) return std::nullopt;
  const double theta = (n * u * c - n1 * (n - 1) * (2 * u + c)) / below;
  const double alpha = (theta * (n1 - n) + (n - 1) * n1) / (n * u);
  if (!(alpha > 0 && alpha < 1 && theta > -alpha)) return std::nullopt;
  // E[S1] = N Gamma(theta+1) Gamma(theta+alpha+N-1) / (Gamma(theta+alpha) Gamma(theta+N))
  const double log_uniques = std::log(population) + std::lgamma(theta + 1) +
                             std::lgamma(theta + alpha + population - 1) -
                             std::lgamma(theta + alpha) - std::lgamma(theta + population);
  return std::min(std::exp(log_uniques), population);
}

double Zayatz(const SizeCounts& counts, double n, double population) {
  const double fraction = n / population;
  const double groups = GroupsOf(counts);
  double unique_in_sample = 0;
  double unique_in_both = 0;
  for (const auto& [size, count] : counts) {
    // The chance that a group of `size` in the population has exactly one in the sample:
    // hypergeometric; log C(N-size, n-1) - log C(N, n).
    const double s = size;
    if (population - s < n - 1) continue;
    const double log_chance = std::log(s) + std::lgamma(population - s + 1) - std::lgamma(n) -
                              std::lgamma(population - s - n + 2) - std::lgamma(population + 1) +
                              std::lgamma(n + 1) + std::lgamma(population - n + 1);
    const double share = static_cast<double>(count) / groups * std::exp(log_chance);
    unique_in_sample += share;
    if (size == 1) unique_in_both = share;
  }
  if (unique_in_sample == 0) return 0;
  const double probability = unique_in_both / unique_in_sample;
  return std::min(CountOf(counts, 1) * probability / fraction, population);
}

}  // namespace

double ExpectedRisk(uint32_t size, double fraction) {
  if (fraction >= 1) return 1.0 / size;
  // E = integral of v^(size-1) p / (p + (1-p) v) for v from 0 to 1; by Simpson's rule with v = s^4,
  // since the integrand changes fast near 0 if p is small.
  constexpr int kPanels = 2000;
  const auto value = [&](double s) {
    const double v = s * s * s * s;
    return 4 * std::pow(s, 4.0 * size - 1) * fraction / (fraction + (1 - fraction) * v);
  };
  double sum = value(0) + value(1);
  for (int i = 1; i < kPanels; ++i) sum += (i % 2 == 1 ? 4 : 2) * value(1.0 * i / kPanels);
  return sum / (3.0 * kPanels);
}

UniqueEstimate EstimateUniques(const SizeCounts& counts, uint64_t sample, uint64_t population) {
  if (population <= sample) return {CountOf(counts, 1), "the data are the population"};
  const auto n = static_cast<double>(sample);
  const auto size = static_cast<double>(population);
  if (n / size <= 0.1) {
    const std::optional<double> uniques = Pitman(counts, n, size);
    if (uniques.has_value()) return {*uniques, "Pitman"};
  }
  return {Zayatz(counts, n, size), "Zayatz"};
}

}  // namespace blindlink::agent
