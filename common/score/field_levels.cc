#include "common/score/field_levels.h"

#include <set>
#include <utility>

namespace blindlink {
namespace {

using Kind = EvidenceKind;
using Bits = EvidenceBits;

// One bit or several of them, -1 meaning none.
bool Agrees(const Bits& bits, int bit) { return bit >= 0 && bits.Agrees(static_cast<size_t>(bit)); }
bool Compared(const Bits& bits, int bit) {
  return bit >= 0 && bits.Compared(static_cast<size_t>(bit));
}
// Says nothing against an agreement.
bool AgreesOrMissing(const Bits& bits, int bit) {
  return !Compared(bits, bit) || Agrees(bits, bit);
}
int CountAgreeing(const Bits& bits, const std::vector<int>& in, size_t first, size_t count) {
  int agreeing = 0;
  for (size_t i = first; i < first + count; ++i) agreeing += Agrees(bits, in[i]) ? 1 : 0;
  return agreeing;
}

// How many of the min-hashes agree, as far as the plan has them in full, in brief or not at all.
struct Similarity {
  bool any_or_none_sent;  // does not speak against a shared sound
  bool high;
};
Similarity SimilarityOf(const Bits& bits, const std::vector<int>& in, size_t first, size_t count) {
  int sent = 0;
  for (size_t i = first; i < first + count; ++i) sent += in[i] >= 0 ? 1 : 0;
  const int shared = CountAgreeing(bits, in, first, count);
  return {sent < 2 || shared >= 1, shared >= 2 || (sent == 1 && shared == 1)};
}

// Of a single code: what agrees is as exact as the plan lets it be seen.
size_t OneCodeLevel(const Bits& bits, int bit, size_t exact) {
  if (!Compared(bits, bit)) return 0;
  return Agrees(bits, bit) ? exact : 1;
}

// Each function reads its levels from the bits that AddField lists for the standardizer: those of
// the catalog in full. An item that the plan does not send (BRIEF) is -1 and says nothing.

const std::vector<const char*> kGivenNameLevels = {
    "missing", "differs", "initial",  "middle initial", "similar", "sounds",
    "part",    "middle",  "nickname", "exchanged",      "exact"};
size_t GivenNameLevel(const Bits& bits, const std::vector<int>& in) {
  const int exact = in[0], root = in[1], sounds = in[2], initial = in[3];
  if (!Compared(bits, exact)) return 0;
  if (Agrees(bits, exact) && AgreesOrMissing(bits, root) && AgreesOrMissing(bits, sounds) &&
      AgreesOrMissing(bits, initial)) {
    return 10;
  }
  if (Agrees(bits, in[9]) && Agrees(bits, in[10])) return 9;
  if (Agrees(bits, root)) return 8;
  // Who goes by the middle name.
  const bool middle_initial = Agrees(bits, in[13]) || Agrees(bits, in[14]);
  if ((Agrees(bits, in[11]) || Agrees(bits, in[12])) && middle_initial) return 7;
  if (Agrees(bits, in[8]) && Agrees(bits, initial)) return 6;
  const Similarity similarity = SimilarityOf(bits, in, 4, 4);
  if (Agrees(bits, sounds) && similarity.any_or_none_sent) return 5;
  if (similarity.high) return 4;
  if (Agrees(bits, initial)) return 2;
  return middle_initial ? 3 : 1;
}

const std::vector<const char*> kSurnameLevels = {"missing", "differs", "similar",
                                                 "sounds",  "part",    "exact"};
size_t SurnameLevel(const Bits& bits, const std::vector<int>& in) {
  const int exact = in[0], sounds = in[1];
  if (!Compared(bits, exact)) return 0;
  if (Agrees(bits, exact) && AgreesOrMissing(bits, sounds) && AgreesOrMissing(bits, in[2]) &&
      AgreesOrMissing(bits, in[3])) {
    return 5;
  }
  if (Agrees(bits, in[8]) && Agrees(bits, in[9])) return 0;  // the first name's level says it
  if (Agrees(bits, in[2]) || Agrees(bits, in[3]) || Agrees(bits, in[10]) || Agrees(bits, in[11])) {
    return 4;
  }
  const Similarity similarity = SimilarityOf(bits, in, 4, 4);
  if (Agrees(bits, sounds) && similarity.any_or_none_sent) return 3;
  return similarity.high ? 2 : 1;
}

const std::vector<const char*> kMiddleNameLevels = {"missing", "differs", "initial", "exact"};
size_t MiddleNameLevel(const Bits& bits, const std::vector<int>& in) {
  if (in[0] < 0) return OneCodeLevel(bits, in[1], 3);
  if (!Compared(bits, in[0])) return 0;
  if (!Agrees(bits, in[1])) return Agrees(bits, in[0]) && !Compared(bits, in[1]) ? 3 : 1;
  return Agrees(bits, in[0]) ? 3 : 2;
}

const std::vector<const char*> kDateLevels = {"missing",       "differs", "year", "month or day",
                                              "month and day", "swapped", "exact"};
constexpr unsigned kLevelsOfSameYear = 1u << 2 | 1u << 3 | 1u << 5 | 1u << 6;
size_t DateLevel(const Bits& bits, const std::vector<int>& in) {
  const int year = in[0], month = in[1], day = in[2];
  if (!Compared(bits, year)) return 0;
  // One of them knows the year only: that it agrees says too little for "year", which is a year
  // that agrees where the rest does not.
  if (!Compared(bits, month)) return Agrees(bits, year) ? 0 : 1;
  const bool same_month = Agrees(bits, month);
  const bool same_day = Agrees(bits, day);
  if (Agrees(bits, year)) {
    if (same_month && same_day) return 6;
    if (Agrees(bits, in[3]) && Agrees(bits, in[4])) return 5;
    return same_month || same_day ? 3 : 2;
  }
  return same_month && same_day ? 4 : 1;
}

const std::vector<const char*> kStreetLevels = {"missing",     "differs", "house number",
                                                "same street", "similar", "exact"};
size_t StreetLevel(const Bits& bits, const std::vector<int>& in) {
  const int core = in[0], house = in[1], name = in[2];
  if (!Compared(bits, core) && !Compared(bits, name)) return 0;
  // Without a code of its own, the core is number and name.
  const bool same_core = Agrees(bits, core) || (core < 0 && Agrees(bits, name));
  if (same_core && AgreesOrMissing(bits, house) && AgreesOrMissing(bits, name)) return 5;
  const int shared = CountAgreeing(bits, in, 3, 3);
  if (Agrees(bits, house) && shared >= 1) return 4;
  if (Agrees(bits, name) && (shared >= 1 || in[3] < 0)) return 3;
  return Agrees(bits, house) || shared >= 2 ? 2 : 1;
}

const std::vector<const char*> kPlaceLevels = {"missing",     "differs", "state or similar city",
                                               "postal area", "city",    "exact"};
size_t PlaceLevel(const Bits& bits, const std::vector<int>& in) {
  const int zip = in[0], area = in[1], city = in[2], sounds = in[3], state = in[4];
  if (!Compared(bits, zip) && !Compared(bits, city) && !Compared(bits, state)) return 0;
  if (Agrees(bits, zip) && AgreesOrMissing(bits, area)) return 5;
  if (Agrees(bits, city) && AgreesOrMissing(bits, sounds)) return 4;
  if (Agrees(bits, area)) return 3;
  return Agrees(bits, sounds) || Agrees(bits, state) ? 2 : 1;
}

const std::vector<const char*> kNumberLevels = {"missing", "differs", "a third", "two thirds",
                                                "exact"};
size_t NumberLevel(const Bits& bits, const std::vector<int>& in) {
  if (!Compared(bits, in[0])) return 0;
  return static_cast<size_t>(1 + CountAgreeing(bits, in, 0, 3));
}

const std::vector<const char*> kPhoneLevels = {"missing", "differs", "last four", "exact"};
size_t PhoneLevel(const Bits& bits, const std::vector<int>& in) {
  if (in[0] < 0) return OneCodeLevel(bits, in[1], 3);
  if (!Compared(bits, in[0])) return 0;
  if (!Agrees(bits, in[1])) return 1;
  return Agrees(bits, in[0]) ? 3 : 2;
}

const std::vector<const char*> kSimilarLevels = {"missing", "differs", "similar", "exact"};
size_t EmailLevel(const Bits& bits, const std::vector<int>& in) {
  if (!Compared(bits, in[0])) return 0;
  const int shared = CountAgreeing(bits, in, 2, 2);
  if (Agrees(bits, in[0]) && (Agrees(bits, in[1]) || in[1] < 0)) return 3;
  return (Agrees(bits, in[1]) && shared >= 1) || shared == 2 ? 2 : 1;
}
size_t AddressLineLevel(const Bits& bits, const std::vector<int>& in) {
  if (!Compared(bits, in[0])) return 0;
  const int shared = CountAgreeing(bits, in, 1, 3);
  if (Agrees(bits, in[0]) && (shared == 3 || in[1] < 0)) return 3;
  return shared >= 2 ? 2 : 1;
}

const std::vector<const char*> kExactLevels = {"missing", "differs", "exact"};
size_t ExactLevel(const Bits& bits, const std::vector<int>& in) {
  if (!Compared(bits, in[0])) return 0;
  return Agrees(bits, in[0]) ? 2 : 1;
}

// An e-mail address is often made of the name.
bool GoesWithName(v1::Standardizer standardizer) {
  return standardizer == v1::GIVEN_NAME || standardizer == v1::SURNAME ||
         standardizer == v1::MIDDLE_NAME || standardizer == v1::SEX || standardizer == v1::EMAIL;
}

ScoredField Describe(v1::Standardizer standardizer) {
  ScoredField field;
  field.goes_with_name = GoesWithName(standardizer);
  field.levels = kExactLevels;
  switch (standardizer) {
    case v1::GIVEN_NAME:
      field.levels = kGivenNameLevels;
      field.identifying = field.goes_by_year = true;
      field.shared_by_namesakes = 0.97;
      field.usual_chance = 0.005;
      break;
    case v1::SURNAME:
      field.levels = kSurnameLevels;
      field.identifying = field.household = true;
      field.usual_chance = 0.002;
      break;
    case v1::MIDDLE_NAME:
      field.levels = kMiddleNameLevels;
      field.shared_by_namesakes = 0.5;
      break;
    case v1::DATE:
      field.levels = kDateLevels;
      field.identifying = field.birth_date = true;
      field.same_year_levels = kLevelsOfSameYear;
      field.shared_by_twins = 0.97;
      field.usual_chance = 5e-5;
      break;
    case v1::STREET_ADDRESS:
      field.levels = kStreetLevels;
      field.identifying = field.household = true;
      field.usual_chance = 1e-5;
      break;
    case v1::POSTAL_CODE:
      field.name = "place";
      field.levels = kPlaceLevels;
      field.household = true;
      break;
    case v1::PHONE:
      field.levels = kPhoneLevels;
      field.identifying = field.household = true;
      field.usual_chance = 1e-5;
      break;
    case v1::ADDRESS_LINE:
      field.levels = kSimilarLevels;
      field.household = true;
      field.usual_chance = 1e-3;
      break;
    case v1::EMAIL:
      field.levels = kSimilarLevels;
      field.identifying = field.household = true;
      field.usual_chance = 1e-5;
      break;
    case v1::SSN:
      field.levels = kNumberLevels;
      field.identifying = true;
      field.shared_by_number = 0.97;
      field.usual_chance = 1e-6;
      break;
    case v1::INSURANCE_NUMBER:
      field.levels = kNumberLevels;
      field.identifying = field.household = true;
      field.usual_chance = 1e-5;
      break;
    case v1::NAME_SUFFIX:
      field.tells_namesakes = true;
      field.usual_chance = 0.95;
      break;
    case v1::SEX:
      field.usual_chance = 0.5;
      break;
    default:
      field.usual_chance = 0.3;
      break;
  }
  return field;
}

const std::vector<const char*> kRarityLevels = {"missing", "very common", "common",
                                                "known",   "rare",        "very rare"};

ScoredField DescribeRarity() {
  ScoredField field;
  field.name = "name_rarity";
  field.levels = kRarityLevels;
  field.is_rarity = true;
  return field;
}

bool IsPlace(v1::Standardizer standardizer) {
  return standardizer == v1::CITY || standardizer == v1::STATE || standardizer == v1::POSTAL_CODE;
}

}  // namespace

ScoredField DescribeScoredField(v1::Standardizer standardizer) { return Describe(standardizer); }

FieldLevels::FieldLevels(const v1::LinkagePlan& plan, const EvidenceLayout& layout) {
  bool has_place = false;
  std::set<size_t> seen;
  for (const EvidenceItem& item : layout.items()) {
    if (IsPlace(item.standardizer)) {
      has_place = true;
    } else if (seen.insert(item.field).second) {
      AddField(plan, item.field, layout);
    }
  }
  if (has_place) AddPlace(plan, layout);
  if (!layout.empty()) fields_.push_back(DescribeRarity());
}

void FieldLevels::AddField(const v1::LinkagePlan& plan, size_t field,
                           const EvidenceLayout& layout) {
  const v1::Field& described = plan.fields(static_cast<int>(field));
  Rule rule{described.standardizer(), {}};
  std::vector<int>& bits = rule.bits;
  for (const Kind kind : EvidenceKindsOf(described.standardizer(), v1::IN_FULL)) {
    bits.push_back(layout.BitOf(field, kind));
  }
  const auto add_both_ways = [&bits](int bit) {
    bits.push_back(bit);
    bits.push_back(bit < 0 ? -1 : bit + 1);
  };
  // The catalog has the two that are crossed at these places.
  const auto cross_of = [&](size_t first, size_t second) {
    if (bits[first] < 0 || bits[second] < 0) return -1;
    return layout.CrossBit(static_cast<size_t>(bits[first]), static_cast<size_t>(bits[second]));
  };
  const auto exchanged_with = [&](v1::Standardizer other) {
    const int parts = layout.CrossBitOf(field, Kind::kFirstPart, other);
    return parts >= 0 ? parts : layout.CrossBitOf(field, Kind::kExactName, other);
  };
  switch (described.standardizer()) {
    case v1::GIVEN_NAME:
      add_both_ways(exchanged_with(v1::SURNAME));
      add_both_ways(layout.CrossBitOf(field, Kind::kExactName, v1::MIDDLE_NAME));
      add_both_ways(layout.CrossBitOf(field, Kind::kInitial, v1::MIDDLE_NAME));
      break;
    case v1::SURNAME:
      add_both_ways(exchanged_with(v1::GIVEN_NAME));
      add_both_ways(cross_of(2, 3));  // the parts
      break;
    case v1::DATE:
      add_both_ways(cross_of(1, 2));  // month and day
      break;
    default:
      break;
  }
  fields_.push_back(Describe(described.standardizer()));
  fields_.back().name = described.name();
  rules_.push_back(std::move(rule));
}

void FieldLevels::AddPlace(const v1::LinkagePlan& plan, const EvidenceLayout& layout) {
  const auto bit_of = [&](v1::Standardizer standardizer, Kind kind) {
    for (size_t i = 0; i < layout.items().size(); ++i) {
      const EvidenceItem& item = layout.items()[i];
      if (item.standardizer == standardizer && item.kind == kind) return static_cast<int>(i);
    }
    return -1;
  };
  fields_.push_back(Describe(v1::POSTAL_CODE));
  rules_.push_back({v1::POSTAL_CODE,
                    {bit_of(v1::POSTAL_CODE, Kind::kPrefix5),
                     bit_of(v1::POSTAL_CODE, Kind::kPrefix3), bit_of(v1::CITY, Kind::kExact),
                     bit_of(v1::CITY, Kind::kDoubleMetaphone), bit_of(v1::STATE, Kind::kExact)}});
}

size_t FieldLevels::LevelOf(const Rule& rule, const EvidenceBits& bits) {
  switch (rule.standardizer) {
    case v1::GIVEN_NAME:
      return GivenNameLevel(bits, rule.bits);
    case v1::SURNAME:
      return SurnameLevel(bits, rule.bits);
    case v1::MIDDLE_NAME:
      return MiddleNameLevel(bits, rule.bits);
    case v1::DATE:
      return DateLevel(bits, rule.bits);
    case v1::STREET_ADDRESS:
      return StreetLevel(bits, rule.bits);
    case v1::POSTAL_CODE:
      return PlaceLevel(bits, rule.bits);
    case v1::PHONE:
      return PhoneLevel(bits, rule.bits);
    case v1::EMAIL:
      return EmailLevel(bits, rule.bits);
    case v1::ADDRESS_LINE:
      return AddressLineLevel(bits, rule.bits);
    case v1::SSN:
    case v1::INSURANCE_NUMBER:
      return NumberLevel(bits, rule.bits);
    default:
      return ExactLevel(bits, rule.bits);
  }
}

bool SameBirthYear(const std::vector<ScoredField>& fields, AgreementPattern pattern) {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].same_year_levels >> LevelIn(pattern, i) & 1) return true;
  }
  return false;
}

size_t NameRarity(uint64_t records) {
  if (records > 40) return 1;
  if (records > 15) return 2;
  if (records > 6) return 3;
  return records > 2 ? 4 : 5;
}

AgreementPattern FieldLevels::PatternOf(const EvidenceBits& bits, size_t tokens,
                                        size_t name_rarity) const {
  AgreementPattern pattern = tokens > 1 ? 0 : kThroughOneToken;
  for (size_t i = 0; i < rules_.size(); ++i) {
    pattern |= AgreementPattern{LevelOf(rules_[i], bits)} << (4 * i);
  }
  if (!rules_.empty()) pattern |= AgreementPattern{name_rarity} << (4 * rules_.size());
  return pattern;
}

}  // namespace blindlink
