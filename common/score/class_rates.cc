#include "common/score/class_rates.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

namespace blindlink {
namespace {

// Pairs' worth of the pull towards the usual levels.
constexpr double kPull = 20;
constexpr double kLowestProbability = 1e-9;
// New rates from the weights observed by level, and the usual ones.
LevelRates Learned(const LevelRates& tally, const LevelRates& usual) {
  const double total = kPull + std::accumulate(tally.begin() + 1, tally.end(), 0.0);
  LevelRates learned(tally.size(), 0);
  for (size_t level = 1; level < tally.size(); ++level) {
    learned[level] = (tally[level] + kPull * usual[level]) / total;
  }
  return learned;
}

// Two people have one e-mail address no more often than any two, however alike their names.
LevelRates NotTheSame(LevelRates rates, double exact) {
  const double rest = std::max(kLowestProbability, 1 - rates.back());
  for (double& rate : rates) rate *= (1 - exact) / rest;
  rates.back() = exact;
  return rates;
}

// The class whose rates are learned for another: twins and namesakes share with kin what
// households share.
PairClass OwnerOf(PairClass which, const ScoredField& field) {
  const PairClass together = Together(which);
  if (!IsOfFamilies(which) || field.is_rarity) return together;
  return together == kNamesakes && field.tells_namesakes ? kNamesakes : kKin;
}

void Add(const LevelRates& tally, LevelRates* sum) {
  for (size_t level = 0; level < tally.size(); ++level) (*sum)[level] += tally[level];
}

constexpr PairClass ClassAt(size_t which) { return static_cast<PairClass>(which); }

}  // namespace

ClassRates::ClassRates(std::vector<ScoredField> fields, ChanceRates chance)
    : fields_(std::move(fields)), chance_(std::move(chance)) {
  for (size_t f = 0; f < fields_.size(); ++f) {
    if (fields_[f].comparison == Comparison::kGivenName) logs_.first_name = f;
    for (size_t which = 0; which < kPairClasses; ++which) {
      named_[which].push_back(UsualRates(ClassAt(which), fields_[f], chance_[0][f]));
    }
  }
  const size_t of_names =
      logs_.first_name == SIZE_MAX ? 0 : fields_[logs_.first_name].levels.size();
  for (size_t f = 0; f < fields_.size(); ++f) {
    const size_t levels = fields_[f].follows_first_name ? of_names : 0;
    with_first_name_.emplace_back(levels, chance_[0][f]);
    logs_.with_first_name.emplace_back(levels * ClassLogs::kMostLevels * kPairClasses);
  }
  for (std::vector<double>& table : logs_.levels) {
    table.assign(fields_.size() * ClassLogs::kMostLevels * kPairClasses, 0);
  }
  TakeLogs();
}

LevelRates ClassRates::RatesOf(PairClass which, size_t f, const LevelRates& chance) const {
  const ScoredField& field = fields_[f];
  if (Names(which, field)) return named_[OwnerOf(which, field)][f];
  // What two people share is written down with the same errors as what is one person's.
  const double shared = SharedBy(which, field);
  LevelRates rates = chance;
  for (size_t level = 1; level < rates.size(); ++level) {
    rates[level] += shared * (named_[kMatch][f][level] - rates[level]);
  }
  return rates;
}

void ClassRates::TakeLogs() {
  const auto fill = [](const LevelRates& rates, size_t which, size_t row,
                       std::vector<double>* table) {
    for (size_t level = 1; level < rates.size(); ++level) {  // missing says nothing
      ClassLogs::RowOf(table, row + level)[which] =
          std::log(std::max(rates[level], kLowestProbability));
    }
  };
  for (size_t f = 0; f < fields_.size(); ++f) {
    for (size_t which = 0; which < kPairClasses; ++which) {
      for (size_t situation = 0; situation < kChanceSituations; ++situation) {
        fill(RatesOf(ClassAt(which), f, chance_[situation][f]), which, f * ClassLogs::kMostLevels,
             &logs_.levels[situation]);
      }
      for (size_t level = 0; level < with_first_name_[f].size(); ++level) {
        fill(RatesOf(ClassAt(which), f, with_first_name_[f][level]), which,
             level * ClassLogs::kMostLevels, &logs_.with_first_name[f]);
      }
    }
  }
}

ClassRates::Tallies ClassRates::NewTallies() const {
  Tallies tallies{std::vector<double>(logs_.levels[0].size()), {}};
  for (const std::vector<double>& logs : logs_.with_first_name) {
    tallies.with_first_name.emplace_back(logs.size());
  }
  return tallies;
}

void ClassRates::Tallies::Add(const Tallies& other) {
  const auto add = [](const std::vector<double>& from, std::vector<double>* to) {
    std::transform(from.begin(), from.end(), to->begin(), to->begin(), std::plus<>());
  };
  add(other.levels, &levels);
  for (size_t f = 0; f < with_first_name.size(); ++f) {
    add(other.with_first_name[f], &with_first_name[f]);
  }
}

void ClassRates::Tally(AgreementPattern pattern, const ClassWeights& pairs,
                       Tallies* tallies) const {
  const auto add = [&pairs](double* row) {
    for (size_t which = 0; which < kPairClasses; ++which) row[which] += pairs[which];
  };
  for (size_t f = 0; f < fields_.size(); ++f) {
    const size_t level = LevelIn(pattern, f);
    add(ClassLogs::RowOf(&tallies->levels, f * ClassLogs::kMostLevels + level));
    if (with_first_name_[f].empty()) continue;
    const size_t of_name = LevelIn(pattern, logs_.first_name);
    add(ClassLogs::RowOf(&tallies->with_first_name[f], of_name * ClassLogs::kMostLevels + level));
  }
}

void ClassRates::Learn(const Tallies& tallies) {
  LearnWithFirstName(tallies);
  LearnRates(tallies);
  TakeLogs();
}

LevelRates ClassRates::TallyOf(const std::vector<double>& tallies, size_t row, size_t which,
                               size_t f) const {
  LevelRates tally(fields_[f].levels.size(), 0);
  for (size_t level = 1; level < tally.size(); ++level) {
    tally[level] = ClassLogs::RowOf(tallies, row * ClassLogs::kMostLevels + level)[which];
  }
  return tally;
}

void ClassRates::LearnRates(const Tallies& tallies) {
  for (size_t f = 0; f < fields_.size(); ++f) {
    const ScoredField& field = fields_[f];
    for (size_t which = 0; which < kChance; ++which) {
      const PairClass owner = ClassAt(which);
      if (!Names(owner, field) || IsApart(owner) || OwnerOf(owner, field) != owner) continue;
      LevelRates tally = TallyOf(tallies.levels, f, which, f);
      if (!IsOfStrangers(owner) && !IsAddress(field)) {
        Add(TallyOf(tallies.levels, f, which + 1, f), &tally);
      }
      named_[which][f] = Learned(tally, UsualRates(owner, field, chance_[0][f]));
    }
    if (field.comparison == Comparison::kEmail) {
      named_[kOrigin][f] = NotTheSame(named_[kOrigin][f], chance_[0][f].back());
    }
    if (!field.is_rarity) continue;
    const LevelRates even = UsualRates(kMatch, field, chance_[0][f]);
    const LevelRates learned = Learned(TallyOf(tallies.levels, f, kChance, f), even);
    for (std::vector<LevelRates>& rates : chance_) rates[f] = learned;
  }
  held_.clear();
  credible_matches_ = HoldToAgree(&named_[kMatch], &held_);
  std::vector<size_t> not_said;
  credible_duplicates_ = HoldToAgree(&named_[kDuplicate], &not_said);
}

void ClassRates::LearnWithFirstName(const Tallies& tallies) {
  for (size_t f = 0; f < fields_.size(); ++f) {
    for (size_t of_name = 0; of_name < with_first_name_[f].size(); ++of_name) {
      LevelRates tally(fields_[f].levels.size(), 0);
      for (size_t which = 0; which < kPairClasses; ++which) {
        const bool as_strangers =
            !Names(ClassAt(which), fields_[f]) && SharedBy(ClassAt(which), fields_[f]) == 0;
        if (as_strangers) Add(TallyOf(tallies.with_first_name[f], of_name, which, f), &tally);
      }
      with_first_name_[f][of_name] = Learned(tally, chance_[0][f]);
    }
  }
}

double ClassRates::ShareWithDates(const Tallies& tallies, double matches) const {
  double with_dates = 0;
  for (size_t f = 0; f < fields_.size(); ++f) {
    if (!fields_[f].birth_date) continue;
    for (const PairClass which : {kMatch, kMatchApart}) {
      const LevelRates tally = TallyOf(tallies.levels, f, which, f);
      with_dates += std::accumulate(tally.begin(), tally.end(), 0.0);
    }
  }
  return with_dates / std::max(1.0, matches);
}

double ClassRates::HoldToAgree(std::vector<LevelRates>* of, std::vector<size_t>* held) const {
  double credible = 1;
  for (size_t f = 0; f < fields_.size(); ++f) {
    LevelRates& rates = (*of)[f];
    const auto first = rates.begin() + static_cast<std::ptrdiff_t>(fields_[f].agrees_from);
    const double agree = std::accumulate(first, rates.end(), 0.0);
    const double least = fields_[f].least_agreement;
    if (agree >= least || agree <= 0) continue;
    held->push_back(f);
    credible = std::min(credible, agree / least);
    for (auto rate = rates.begin() + 1; rate != rates.end(); ++rate) {
      *rate *= rate >= first ? least / agree : (1 - least) / (1 - agree);
    }
  }
  return credible;
}

}  // namespace blindlink
