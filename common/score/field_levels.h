#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "blindlink/v1/plan.pb.h"
#include "common/plan/evidence_layout.h"

namespace blindlink {

// What the agreement of two records is scored by: a field of the plan, or, under the name "place",
// city, state and postal code together, which say much the same.
struct ScoredField {
  std::string name;
  // How well the two agree, from worst to best: [0] "missing" (one has no value: says nothing), [1]
  // "differs", ..., the last "exact".
  std::vector<const char*> levels;
  // Members of a household usually have the same.
  bool household = false;
  bool birth_date = false;
  // Of a date of birth: the levels, a bit each, that say that the two were born in one year.
  unsigned same_year_levels = 0;
  // What is in fashion in one year is not in another: strangers of an age share it more often.
  bool goes_by_year = false;
  // Strangers who share one such field often share others: a name and its origin, a name and its
  // sex. Says that a class for them is learned.
  bool goes_with_name = false;
  // Not of the records but of what they share: how rare a name both have is (NameRarity).
  bool is_rarity = false;
  // Two strangers rarely have the same: name, date, number.
  bool identifying = false;
  // Of two people of one household, how many have the same though it is not a thing of the
  // household: twins their birthday, a son named after his father the first name, a child that goes
  // by a parent's number the number.
  double shared_by_twins = 0;
  double shared_by_namesakes = 0;
  double shared_by_number = 0;
  // Namesakes differ in it, so that one can tell them apart: Senior and Junior.
  bool tells_namesakes = false;
  // How often two strangers have the same, where nobody has measured it yet.
  double usual_chance = 0.01;
  // How often the two records of one person reach each level, where that is known beforehand.
  // Empty: it is not.
  std::vector<double> usual_match;
};

// What scoring must know of a field with this standardizer; POSTAL_CODE stands for the place. Only
// a place has its name; the levels are those read from codes.
ScoredField DescribeScoredField(v1::Standardizer standardizer);

// The level of every scored field of a pair of records, four bits a field, the first field lowest;
// and in the highest bit whether the two share a single token only, through whose codes other
// values agree by accident more often.
using AgreementPattern = uint64_t;
inline constexpr size_t kMaxScoredFields = 15;
inline constexpr AgreementPattern kThroughOneToken = AgreementPattern{1} << 63;

// The level of a name's rarity, for `records` of the run that share it; 1 is the most frequent.
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
  // From the plan `layout` was made of.
  FieldLevels(const v1::LinkagePlan& plan, const EvidenceLayout& layout);

  const std::vector<ScoredField>& fields() const { return fields_; }
  // `bits` gathered over the tokens that the two share, of which there are `tokens`. `name_rarity`
  // is 0 where the two do not share a whole name.
  AgreementPattern PatternOf(const EvidenceBits& bits, size_t tokens, size_t name_rarity) const;

 private:
  // The bits a level is read from, by kind of item; -1 where the plan has none.
  struct Rule {
    v1::Standardizer standardizer;
    std::vector<int> bits;
  };

  void AddField(const v1::LinkagePlan& plan, size_t field, const EvidenceLayout& layout);
  void AddPlace(const v1::LinkagePlan& plan, const EvidenceLayout& layout);
  static size_t LevelOf(const Rule& rule, const EvidenceBits& bits);

  std::vector<ScoredField> fields_;
  std::vector<Rule> rules_;  // by scored field; POSTAL_CODE stands for the place
};

}  // namespace blindlink
