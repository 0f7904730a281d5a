#include "common/score/chance_rates.h"

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
LevelRates UsualRates(const ScoredField& field) {
  const size_t levels = field.levels.size();
  LevelRates rates(levels, std::min(0.05, 5 * field.usual_chance));
  rates[0] = 0;
  rates[levels - 1] = field.usual_chance;
  rates[1] = 0;
  rates[1] = 1 - std::accumulate(rates.begin(), rates.end(), 0.0);
  return rates;
}

// What a site counted, by level; nothing if it did not, or not for these levels.
std::vector<uint64_t> Find(const v1::UploadCounts& counts, const ScoredField& field,
                           bool same_year) {
  for (const v1::ChanceAgreement& measured : counts.chance()) {
    const auto& levels = same_year ? measured.levels_of_same_year() : measured.levels();
    const bool fits = levels.size() == static_cast<int>(field.levels.size());
    if (measured.field() == field.name && fits) return {levels.begin(), levels.end()};
  }
  return {};
}

LevelRates Combine(const ScoredField& field, const LevelRates& usual,
                   const std::vector<const v1::UploadCounts*>& sites, bool same_year) {
  LevelRates sum(usual.size(), 0);
  int measured_by = 0;
  for (const v1::UploadCounts* site : sites) {
    const std::vector<uint64_t> measured = Find(*site, field, same_year);
    if (measured.empty()) continue;
    const double pairs =
        static_cast<double>(std::accumulate(measured.begin() + 1, measured.end(), uint64_t{0}));
    if (pairs == 0) continue;
    ++measured_by;
    for (size_t level = 1; level < usual.size(); ++level) {
      sum[level] += (static_cast<double>(measured[level]) + kUsualWeight * usual[level]) /
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
  for (const ScoredField& field : fields) {
    rates.all.push_back(Combine(field, UsualRates(field), sites, /*same_year=*/false));
    rates.same_year.push_back(field.goes_by_year
                                  ? Combine(field, rates.all.back(), sites, /*same_year=*/true)
                                  : rates.all.back());
  }
  return rates;
}

}  // namespace blindlink
