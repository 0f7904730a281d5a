#include "resolver/score/chance_rates.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace blindlink {
namespace {

// Pairs' worth of the usual rates that are mixed in.
constexpr double kUsualWeight = 20;
// Nothing is rarer: wrong values, family members' numbers and shared placeholders see to that.
constexpr double kLowestRate = 2e-7;

// The best level has the usual chance, the levels between it and "differs" some more, each.
std::vector<double> UsualRates(const ScoredField& field) {
  const size_t levels = field.levels.size();
  std::vector<double> rates(levels, std::min(0.05, 5 * field.usual_chance));
  rates[0] = 0;
  rates[levels - 1] = field.usual_chance;
  rates[1] = 0;
  rates[1] = 1 - std::accumulate(rates.begin(), rates.end(), 0.0);
  return rates;
}

const v1::ChanceAgreement* Find(const v1::UploadCounts& counts, const ScoredField& field) {
  for (const v1::ChanceAgreement& measured : counts.chance()) {
    const bool fits = measured.levels_size() == static_cast<int>(field.levels.size());
    if (measured.field() == field.name && fits) return &measured;
  }
  return nullptr;
}

std::vector<double> Combine(const ScoredField& field,
                            const std::vector<const v1::UploadCounts*>& sites) {
  const std::vector<double> usual = UsualRates(field);
  std::vector<double> sum(usual.size(), 0);
  int measured_by = 0;
  for (const v1::UploadCounts* site : sites) {
    const v1::ChanceAgreement* measured = Find(*site, field);
    if (measured == nullptr) continue;
    const double pairs = static_cast<double>(
        std::accumulate(measured->levels().begin() + 1, measured->levels().end(), uint64_t{0}));
    if (pairs == 0) continue;
    ++measured_by;
    for (size_t level = 1; level < usual.size(); ++level) {
      sum[level] += (static_cast<double>(measured->levels(static_cast<int>(level))) +
                     kUsualWeight * usual[level]) /
                    (pairs + kUsualWeight);
    }
  }
  if (measured_by == 0) return usual;
  for (double& rate : sum) rate = std::max(kLowestRate, rate / measured_by);
  return sum;
}

}  // namespace

ChanceRates CombineChance(const std::vector<ScoredField>& fields,
                          const std::vector<const v1::UploadCounts*>& sites) {
  ChanceRates rates;
  for (const ScoredField& field : fields) rates.push_back(Combine(field, sites));
  return rates;
}

}  // namespace blindlink
