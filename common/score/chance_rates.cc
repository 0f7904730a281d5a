#include "common/score/chance_rates.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"

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

double PairsIn(const LevelRates& counted) {
  return std::accumulate(counted.begin() + 1, counted.end(), 0.0);
}

// What one site says, and how much that counts.
struct Measured {
  LevelRates rates;
  double weight;
};

std::vector<Measured> Measure(const ScoredField& field, const LevelRates& usual,
                              const std::vector<SiteCounts>& sites, size_t situation) {
  std::vector<Measured> measured;
  for (const SiteCounts& site : sites) {
    LevelRates rates = CountedLevels(site, field, situation);
    const double pairs = PairsIn(rates);
    if (pairs == 0) continue;
    rates[0] = 0;
    for (size_t level = 1; level < rates.size(); ++level) {
      rates[level] = (rates[level] + kUsualWeight * usual[level]) / (pairs + kUsualWeight);
    }
    measured.push_back({std::move(rates), std::min(pairs, kEnoughPairs)});
  }
  return measured;
}

double WeightOf(const std::vector<Measured>& sites) {
  double sum = 0;
  for (const Measured& site : sites) sum += site.weight;
  return sum;
}

double Mean(const std::vector<Measured>& sites, size_t level) {
  const double total = WeightOf(sites);
  double mean = 0;
  for (const Measured& site : sites) mean += site.weight / total * site.rates[level];
  return mean;
}

// Half of the weight is at rates up to this, half at rates from it.
double Median(std::vector<Measured> sites, size_t level) {
  std::sort(sites.begin(), sites.end(), [level](const Measured& a, const Measured& b) {
    return a.rates[level] < b.rates[level];
  });
  const double half = WeightOf(sites) / 2;
  double below = 0;
  size_t at = 0;
  while (at + 1 < sites.size() && below + sites[at].weight < half) below += sites[at++].weight;
  const bool between = below + sites[at].weight == half && at + 1 < sites.size();
  return (sites[at].rates[level] + sites[between ? at + 1 : at].rates[level]) / 2;
}

LevelRates Combine(const ScoredField& field, const LevelRates& usual,
                   const std::vector<SiteCounts>& sites, size_t situation) {
  const std::vector<Measured> measured = Measure(field, usual, sites, situation);
  if (measured.empty()) return usual;
  LevelRates rates(usual.size(), 0);
  for (size_t level = 1; level < rates.size(); ++level) {
    rates[level] = measured.size() > 2 ? Median(measured, level) : Mean(measured, level);
  }
  // Medians by level need not add up to 1.
  const double sum = measured.size() > 2 ? PairsIn(rates) : 1;
  for (double& rate : rates) rate = std::max(kLowestRate, rate / sum);
  return rates;
}

absl::Status CannotBe(size_t number, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("the agent's counts of agreement by chance cannot be true: entry ", number, " ",
                   why, "; upload again with a released blindlink-agent"));
}

absl::Status CheckLevels(size_t number, const google::protobuf::RepeatedField<uint64_t>& levels,
                         uint64_t pairs) {
  // A level has four bits in a pattern.
  if (levels.size() > 16) return CannotBe(number, "has more than 16 levels");
  for (uint64_t left = pairs; const uint64_t level : levels) {
    if (level > left) {
      return CannotBe(number, absl::StrCat("has more than ", pairs, " pairs of records"));
    }
    left -= level;
  }
  return absl::OkStatus();
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

absl::Status CheckChance(const v1::UploadCounts& counts) {
  // A dataset has fewer than 2^32 records.
  const uint64_t records = std::min<uint64_t>(counts.records(), uint64_t{1} << 32);
  const uint64_t pairs = records == 0 ? 0 : records * (records - 1) / 2;
  absl::flat_hash_set<std::string> names;
  size_t number = 0;
  for (v1::ChanceAgreement field : counts.chance()) {
    if (++number > kMaxScoredFields) return CannotBe(number, "is one more than there can be");
    if (!names.insert(field.field()).second) return CannotBe(number, "repeats a field");
    for (size_t situation = 0; situation < kChanceSituations; ++situation) {
      BL_RETURN_IF_ERROR(CheckLevels(number, MutableLevelsIn(situation, &field), pairs));
    }
  }
  return absl::OkStatus();
}

LevelRates CountedLevels(const SiteCounts& site, const ScoredField& field, size_t situation) {
  LevelRates counted(field.levels.size(), 0);
  for (const v1::UploadCounts* dataset : site) {
    for (v1::ChanceAgreement measured : dataset->chance()) {
      const auto& levels = MutableLevelsIn(situation, &measured);
      const bool fits = levels.size() == static_cast<int>(counted.size());
      if (measured.field() != field.name || !fits) continue;
      for (size_t level = 0; level < counted.size(); ++level) {
        counted[level] += static_cast<double>(levels[static_cast<int>(level)]);
      }
    }
  }
  return counted;
}

ChanceRates CombineChance(const std::vector<ScoredField>& fields,
                          const std::vector<SiteCounts>& sites) {
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
