#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "blindlink/v1/token_block.pb.h"
#include "common/score/field_levels.h"

namespace blindlink {

// The share of pairs of strangers that agree so, by level, among those where both have a value; [0]
// means nothing.
using LevelRates = std::vector<double>;

// How often strangers agree depends on the situation: these bits, or none of them.
inline constexpr size_t kOfSameYear = 1;  // the two were born in one year
inline constexpr size_t kOfOneToken = 2;  // they are seen through the codes of one token
inline constexpr size_t kChanceSituations = 4;

size_t ChanceSituationOf(const std::vector<ScoredField>& fields, AgreementPattern pattern);
// Where a site's counts of a situation are.
google::protobuf::RepeatedField<uint64_t>& MutableLevelsIn(size_t situation,
                                                           v1::ChanceAgreement* field);

// By situation and scored field.
using ChanceRates = std::array<std::vector<LevelRates>, kChanceSituations>;

// From what the sites measured on their own records (UploadCounts.chance), all sites weighing the
// same, since a pair of records comes from two of them. A little of the catalog's usual rates is
// mixed in, so that nothing that was never seen counts as impossible; where no site measured a
// field in a situation those of [0] stand, and for want of them the usual rates. Counts that do not
// fit the field are passed over.
ChanceRates CombineChance(const std::vector<ScoredField>& fields,
                          const std::vector<const v1::UploadCounts*>& sites);

}  // namespace blindlink
