#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "blindlink/v1/token_block.pb.h"
#include "common/score/chance_rates.h"
#include "common/score/field_levels.h"

namespace blindlink {

// Counts how strangers agree, from random pairs of records. Leaves out pairs that agree exactly on
// two or more identifying fields: they are one person or one household. Not thread-safe.
class ChanceCounter {
 public:
  explicit ChanceCounter(const std::vector<ScoredField>& fields);

  void Add(AgreementPattern pattern);
  // Adds the counts of `other`, which must count the same fields.
  void Merge(const ChanceCounter& other);
  // One entry per field, in order.
  std::vector<v1::ChanceAgreement> Counts() const;

 private:
  bool AreRelated(AgreementPattern pattern) const;

  const std::vector<ScoredField> fields_;
  using CountsByField = std::vector<std::vector<uint64_t>>;
  std::array<CountsByField, kChanceSituations> counts_;
};

}  // namespace blindlink
