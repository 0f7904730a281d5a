#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "common/score/chance_rates.h"
#include "common/score/class_logs.h"
#include "common/score/field_levels.h"
#include "common/score/pair_class.h"

namespace blindlink {

// How often the pairs of each class agree in each way, field by field: P(level | class). Learned
// from pairs' worths of weight, with a weak pull towards usual values, so that a small run does not
// fit its noise.
class ClassRates {
 public:
  // Pairs' worth of each class: by field and level; and, for fields that follow the first name, by
  // field, the first name's level, and level.
  struct Tallies {
    std::vector<double> levels;
    std::vector<std::vector<double>> with_first_name;

    void Add(const Tallies& other);
  };

  ClassRates(std::vector<ScoredField> fields, ChanceRates chance);

  const std::vector<ScoredField>& fields() const { return fields_; }
  // Of one person, and of strangers, by field and level.
  const std::vector<LevelRates>& match() const { return named_[kMatch]; }
  const std::vector<LevelRates>& chance() const { return chance_[0]; }
  // Fields, by index, in which the records of one person would agree less than they must
  // (ScoredTraits::least_agreement), had they not been held to it when they were last learned.
  const std::vector<size_t>& held() const { return held_; }

  // What share of the pairs that were taken for one person, or for a site's duplicates, can be: as
  // many as those that agree allow.
  double credible_matches() const { return credible_matches_; }
  double credible_duplicates() const { return credible_duplicates_; }

  // The logarithms of the rates.
  const ClassLogs& logs() const { return logs_; }

  Tallies NewTallies() const;
  // Adds so many pairs of each class to the tallies.
  void Tally(AgreementPattern pattern, const ClassWeights& pairs, Tallies* tallies) const;
  void Learn(const Tallies& tallies);
  // Of these `matches`, how many have two dates of birth to compare.
  double ShareWithDates(const Tallies& tallies, double matches) const;

 private:
  // What a class says of a field in which strangers agree like this.
  LevelRates RatesOf(PairClass which, size_t field, const LevelRates& chance) const;
  void TakeLogs();
  // By level, of a class, from a table whose rows begin at the multiple `row` of the most levels
  // that a field has.
  LevelRates TallyOf(const std::vector<double>& tallies, size_t row, size_t which,
                     size_t field) const;
  void LearnRates(const Tallies& tallies);
  void LearnWithFirstName(const Tallies& tallies);
  // Holds `rates`, of one person, to agree, and adds the fields, by index, in which they had to be.
  // Returns the share of the pairs that can be one person's, so that enough of these agree.
  double HoldToAgree(std::vector<LevelRates>* rates, std::vector<size_t>* held) const;

  std::vector<ScoredField> fields_;
  ChanceRates chance_;
  // By class and field: what the class names. Twins and namesakes share most with kin.
  std::array<std::vector<LevelRates>, kPairClasses> named_;
  // What strangers agree in, by field and the first name's level; empty for a field that does not
  // follow the first name.
  std::vector<std::vector<LevelRates>> with_first_name_;
  ClassLogs logs_;
  std::vector<size_t> held_;
  double credible_matches_ = 1;
  double credible_duplicates_ = 1;
};

}  // namespace blindlink
