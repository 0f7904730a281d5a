#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
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

// Records in the sample whose pairs an agent counts: a million pairs.
inline constexpr size_t kChanceSampleRecords = 1500;

// What one site counted, by dataset.
using SiteCounts = std::vector<const v1::UploadCounts*>;

// INVALID_ARGUMENT if the counts cannot come from the pairs of so many records, or are not of
// fields at all. Counts that pass can be added without overflow.
absl::Status CheckChance(const v1::UploadCounts& counts);

// What the site counted of the field in a situation, by level, as sums over its datasets; all 0 if
// it did not count, or other levels.
LevelRates CountedLevels(const SiteCounts& site, const ScoredField& field, size_t situation);

// Pairs from which on a site's rates have full weight: those of some 140 records.
inline constexpr double kEnoughPairs = 10'000;

// Combines what the sites measured on their own records (UploadCounts.chance). A site weighs by the
// pairs it counted, up to kEnoughPairs. Of two sites the mean counts, since the two records of a
// pair come from both; of more the weighted median, which no site can move by itself beyond what
// others counted, unless all others together have less weight than it. Mixes in a little of the
// catalog's usual rates, so that nothing counts as impossible because it was never seen. If no site
// measured a field in a situation, the rates of situation 0 apply, or the usual rates if there are
// none. Ignores counts that do not fit the field.
ChanceRates CombineChance(const std::vector<ScoredField>& fields,
                          const std::vector<SiteCounts>& sites);

}  // namespace blindlink
