#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "blindlink/v1/plan.pb.h"
#include "common/plan/evidence_layout.h"
#include "common/plan/match_key_layout.h"
#include "common/plan/standardizer_catalog.h"
#include "common/score/code_levels.h"

namespace blindlink {

// One unit of the score: a field of the plan, or city, state and postal code together under the
// name "place", since they say much the same.
struct ScoredField : ScoredTraits {
  std::string name;
  // How well the two agree, from worst to best (CodeLevels). Refers to names that are never freed.
  LevelNames levels;
  Comparison comparison = Comparison::kCode;
  // The first level that counts as agreement.
  size_t agrees_from = 2;
  bool birth_date = false;
  // Of a date of birth: the levels, a bit each, that say that the two were born in one year.
  unsigned same_year_levels = 0;
  // Among the numbers and contacts of the plan, whose codes are much shorter than their values:
  // from 1; 0 for other fields, and for those after the first kMaxProofs.
  size_t proof = 0;
  // Describes what the two records share instead of how they agree: the rarity of a name that both
  // have (NameRarity).
  bool is_rarity = false;
  // How often the two records of one person reach each level, if that is known in advance;
  // otherwise empty.
  std::vector<double> usual_match;
};

// The name under which city, state and postal code are scored.
inline constexpr char kPlaceName[] = "place";

// What scoring must know about a field with this standardizer, without the field's name. Any of a
// place's standardizers describes the place. The levels are those that are read from codes.
ScoredField DescribeScoredField(v1::Standardizer standardizer);

// Takes the plan's bounds instead of the usual ones. A bound of a city, state or postal code is the
// place's.
void SetBounds(const v1::LinkagePlan& plan, std::vector<ScoredField>* fields);

// The level of every scored field of a pair of records, four bits per field, the first field
// lowest. The highest bit says that the two share only one token, through whose codes different
// values agree by accident more often.
using AgreementPattern = uint64_t;
inline constexpr size_t kMaxScoredFields = 15;
inline constexpr AgreementPattern kThroughOneToken = AgreementPattern{1} << 63;
// The three bits below it, if the two share only one token: ScoredField::proof of the field that
// this token was made of, so that its values, not only their codes, are equal.
inline constexpr size_t kMaxProofs = 7;
inline size_t ProofIn(AgreementPattern pattern) {
  return static_cast<size_t>(pattern >> 60 & kMaxProofs);
}

// The level of a name's rarity if `records` records of the run share it; 1 is the most frequent.
// Strangers share frequent names.
size_t NameRarity(uint64_t records);

inline size_t LevelIn(AgreementPattern pattern, size_t field) {
  return static_cast<size_t>(pattern >> (4 * field) & 15);
}

// Whether the pattern says that the two were born in one year.
bool SameBirthYear(const std::vector<ScoredField>& fields, AgreementPattern pattern);

// Reads levels of agreement from compared codes. The same code judges candidate pairs at the
// resolver and random pairs at the agents. Immutable; threads may share it.
class FieldLevels {
 public:
  FieldLevels() = default;
  // `layout` must have been made from `plan`.
  FieldLevels(const v1::LinkagePlan& plan, const EvidenceLayout& layout);

  const std::vector<ScoredField>& fields() const { return fields_; }
  // `bits` is the union over the `tokens` tokens that the two records share. `name_rarity` is 0 if
  // they do not share a whole name.
  AgreementPattern PatternOf(const EvidenceBits& bits, size_t tokens, size_t name_rarity) const;
  // The same, by what the shared tokens say beyond their codes: they are `tokens` tokens of these
  // match keys. A token of names of which neither agrees was made of exchanged ones.
  AgreementPattern WithTokens(AgreementPattern pattern, const MatchKeySet& match_keys,
                              size_t tokens) const;

 private:
  struct Rule {
    size_t (*level)(const ComparedCodes& codes);
    CodePositions positions;
  };
  struct PlaceRule {
    CodePositions postal_code, city, state;
  };

  size_t FindField(Comparison comparison) const;
  // The field with a proof that the match key holds whole: index into fields_, or SIZE_MAX.
  size_t FindProven(const v1::LinkagePlan& plan, const v1::MatchKey& key) const;
  void TakeMatchKeys(const v1::LinkagePlan& plan);

  std::vector<ScoredField> fields_;  // those of rules_, the place, the rarity of the name
  std::vector<Rule> rules_;
  std::optional<PlaceRule> place_;
  std::vector<size_t> proven_;  // by match key: index into fields_, or SIZE_MAX
  MatchKeySet of_exchanged_names_;
  size_t given_name_ = SIZE_MAX;  // indexes into fields_, if both are there
  size_t surname_ = SIZE_MAX;
};

}  // namespace blindlink
