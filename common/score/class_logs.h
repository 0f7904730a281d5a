#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "common/score/chance_rates.h"
#include "common/score/field_levels.h"
#include "common/score/pair_class.h"

namespace blindlink {

// Logarithms of how often pairs of each class agree in each way: log P(level | class).
struct ClassLogs {
  static constexpr size_t kMostLevels = 16;  // of a field in a pattern

  // By chance's situation; then by field, level and class.
  std::array<std::vector<double>, kChanceSituations> levels;
  // Of fields that follow the first name, others' are empty: by field; then by the first name's
  // level, level and class.
  std::vector<std::vector<double>> with_first_name;
  size_t first_name = SIZE_MAX;  // index of the field, if there is one

  // A table has a row for each level of each field, and a number per class in each row.
  static double* RowOf(std::vector<double>* table, size_t row) {
    return table->data() + row * kPairClasses;
  }
  static const double* RowOf(const std::vector<double>& table, size_t row) {
    return table.data() + row * kPairClasses;
  }

  // What the pattern's level of field `f` says: a number per class. `situation` is
  // ChanceSituationOf(fields, pattern).
  const double* Of(const std::vector<ScoredField>& fields, AgreementPattern pattern,
                   size_t situation, size_t f) const;

  // Adds log P(pattern | class) for each class.
  void AddTo(const std::vector<ScoredField>& fields, AgreementPattern pattern,
             ClassWeights* sums) const;
};

// The classes' posterior probabilities, from log P(class) + log P(pattern | class).
ClassWeights PosteriorOf(ClassWeights logs);

}  // namespace blindlink
