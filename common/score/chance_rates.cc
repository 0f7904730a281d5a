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
                           size_t situation) {
  for (v1::ChanceAgreement measured : counts.chance()) {
    const auto& levels = MutableLevelsIn(situation, &measured);
    const bool fits = levels.size() == static_cast<int>(field.levels.size());
    if (measured.field() == field.name && fits) return {levels.begin(), levels.end()};
  }
  return {};
}

LevelRates Combine(const ScoredField& field, const LevelRates& usual,
                   const std::vector<const v1::UploadCounts*>& sites, size_t situation) {
  LevelRates sum(usual.size(), 0);
  int measured_by = 0;
  for (const v1::UploadCounts* site : sites) {
    const std::vector<uint64_t> measured = Find(*site, field, situation);
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

size_t ChanceSituationOf(const std::vector<ScoredField>& fields, AgreementPattern pattern) {
  return (SameBirthYear(fields, pattern) ? kOfSameYear : 0) |
         (pattern & kThroughOneToken ? kOfOneToken : 0);
}

google::protobuf::RepeatedField<uint64_t>& MutableLevelsIn(size_t situation,
                                                           v1::ChanceAgreement* field) {
  switch (situation) {
    case kOfSameYear:
      return *field->mutable_levels_of_same_year();
    case kOfOneToken:
      return *field->mutable_levels_through_one_token();
    case kOfSameYear | kOfOneToken:
      return *field->mutable_levels_of_same_year_through_one_token();
    default:
      return *field->mutable_levels();
  }
}

ChanceRates CombineChance(const std::vector<ScoredField>& fields,
                          const std::vector<const v1::UploadCounts*>& sites) {
  ChanceRates rates;
  for (size_t f = 0; f < fields.size(); ++f) {
    for (size_t situation = 0; situation < kChanceSituations; ++situation) {
      // What does not go by the year is as in the situation without it.
      const bool known = (situation & kOfSameYear) && !fields[f].goes_by_year;
      if (known) {
        rates[situation].push_back(rates[situation & ~kOfSameYear][f]);
        continue;
      }
      const LevelRates usual = situation == 0 ? UsualRates(fields[f]) : rates[0][f];
      rates[situation].push_back(Combine(fields[f], usual, sites, situation));
    }
  }
  return rates;
}

}  // namespace blindlink
