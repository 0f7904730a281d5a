#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "blindlink/v1/token_block.pb.h"
#include "common/score/field_levels.h"

namespace blindlink {

// By level, the share of pairs of strangers that agree so, among those where both have a value. [0]
// has no meaning.
using LevelRates = std::vector<double>;

// How often strangers agree depends on the situation: any combination of these bits.
inline constexpr size_t kOfSameYear = 1;  // the two were born in one year
inline constexpr size_t kOfOneToken = 2;  // their codes come from a single token
inline constexpr size_t kChanceSituations = 4;

size_t ChanceSituationOf(const std::vector<ScoredField>& fields, AgreementPattern pattern);
// The field of the message that holds a site's counts for a situation.
google::protobuf::RepeatedField<uint64_t>& MutableLevelsIn(size_t situation,
                                                           v1::ChanceAgreement* field);

// By situation and scored field.
using ChanceRates = std::array<std::vector<LevelRates>, kChanceSituations>;

// Combines what the sites measured on their own records (UploadCounts.chance). All sites have the
// same weight, since the two records of a pair come from two of them. Mixes in a little of the
// catalog's usual rates, so that nothing counts as impossible because it was never seen. If no site
// measured a field in a situation, the rates of situation 0 apply, or the usual rates if there are
// none. Ignores counts that do not fit the field.
ChanceRates CombineChance(const std::vector<ScoredField>& fields,
                          const std::vector<const v1::UploadCounts*>& sites);

}  // namespace blindlink
