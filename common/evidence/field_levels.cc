#include "common/evidence/field_levels.h"

#include <set>
#include <utility>

namespace blindlink {
namespace {

using Kind = EvidenceKind;
using Bits = EvidenceBits;

// One bit or several of them, -1 meaning none.
bool Agrees(const Bits& bits, int bit) {
  return bit >= 0 && bits.Agrees(static_cast<size_t>(bit));
}
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

// Each function reads its levels from the bits that BitsOf lists for the standardizer.

const std::vector<const char*> kGivenNameLevels = {"missing", "differs",  "initial",   "similar",
                                                   "sounds",  "nickname", "exchanged", "exact"};
size_t GivenNameLevel(const Bits& bits, const std::vector<int>& in) {
  const int exact = in[0], root = in[1], sounds = in[2], initial = in[3];
  if (!Compared(bits, exact)) return 0;
  if (Agrees(bits, exact) && AgreesOrMissing(bits, root) && AgreesOrMissing(bits, sounds) &&
      AgreesOrMissing(bits, initial)) {
    return 7;
  }
  if (Agrees(bits, in[8]) && Agrees(bits, in[9])) return 6;
  if (Agrees(bits, root)) return 5;
  const int shared = CountAgreeing(bits, in, 4, 4);
  if (Agrees(bits, sounds) && shared >= 1) return 4;
  if (shared >= 2) return 3;
  return Agrees(bits, initial) ? 2 : 1;
}

const std::vector<const char*> kSurnameLevels = {"missing", "differs",   "similar", "sounds",
                                                 "part",    "exchanged", "exact"};
size_t SurnameLevel(const Bits& bits, const std::vector<int>& in) {
  const int exact = in[0], sounds = in[1];
  if (!Compared(bits, exact)) return 0;
  if (Agrees(bits, exact) && AgreesOrMissing(bits, sounds) && AgreesOrMissing(bits, in[2]) &&
      AgreesOrMissing(bits, in[3])) {
    return 6;
  }
  if (Agrees(bits, in[8]) && Agrees(bits, in[9])) return 5;
  if (Agrees(bits, in[2]) || Agrees(bits, in[3]) || Agrees(bits, in[10]) || Agrees(bits, in[11])) {
    return 4;
  }
  const int shared = CountAgreeing(bits, in, 4, 4);
  if (Agrees(bits, sounds) && shared >= 1) return 3;
  return shared >= 2 ? 2 : 1;
}

const std::vector<const char*> kMiddleNameLevels = {"missing", "differs", "initial", "exact"};
size_t MiddleNameLevel(const Bits& bits, const std::vector<int>& in) {
  if (!Compared(bits, in[0])) return 0;
  if (!Agrees(bits, in[1])) return Agrees(bits, in[0]) && !Compared(bits, in[1]) ? 3 : 1;
  return Agrees(bits, in[0]) ? 3 : 2;
}

const std::vector<const char*> kDateLevels = {"missing",      "differs",  "year",   "month or day",
                                              "month and day", "swapped", "exact"};
size_t DateLevel(const Bits& bits, const std::vector<int>& in) {
  const int year = in[0], month = in[1], day = in[2];
  if (!Compared(bits, year)) return 0;
  const bool same_month = Agrees(bits, month);
  const bool same_day = Agrees(bits, day);
  if (Agrees(bits, year)) {
    if (same_month && same_day) return 6;
    if (Agrees(bits, in[3]) && Agrees(bits, in[4])) return 5;
    return same_month || same_day ? 3 : 2;
  }
  return same_month && same_day ? 4 : 1;
}

const std::vector<const char*> kStreetLevels = {"missing",     "differs",      "house number",
                                                "same street", "similar", "exact"};
size_t StreetLevel(const Bits& bits, const std::vector<int>& in) {
  const int core = in[0], house = in[1], name = in[2];
  if (!Compared(bits, core)) return 0;
  if (Agrees(bits, core) && AgreesOrMissing(bits, house) && AgreesOrMissing(bits, name)) return 5;
  const int shared = CountAgreeing(bits, in, 3, 3);
  if (Agrees(bits, house) && shared >= 1) return 4;
  if (Agrees(bits, name) && shared >= 1) return 3;
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
  if (!Compared(bits, in[0])) return 0;
  if (!Agrees(bits, in[1])) return 1;
  return Agrees(bits, in[0]) ? 3 : 2;
}

const std::vector<const char*> kExactLevels = {"missing", "differs", "exact"};
size_t ExactLevel(const Bits& bits, const std::vector<int>& in) {
  if (!Compared(bits, in[0])) return 0;
  return Agrees(bits, in[0]) ? 2 : 1;
}

ScoredField Describe(v1::Standardizer standardizer) {
  switch (standardizer) {
    case v1::GIVEN_NAME:
      return {"", kGivenNameLevels, false, false, true, 0.03, 0.005};
    case v1::SURNAME:
      return {"", kSurnameLevels, true, false, true, 0, 0.002};
    case v1::MIDDLE_NAME:
      return {"", kMiddleNameLevels, false, false, false, 0, 0.01};
    case v1::DATE:
      return {"", kDateLevels, false, true, true, 0, 5e-5};
    case v1::STREET_ADDRESS:
      return {"", kStreetLevels, true, false, true, 0, 1e-5};
    case v1::POSTAL_CODE:
      return {"place", kPlaceLevels, true, false, false, 0, 0.01};
    case v1::PHONE:
      return {"", kPhoneLevels, true, false, true, 0, 1e-5};
    case v1::EMAIL:
      return {"", kExactLevels, true, false, true, 0, 1e-5};
    case v1::SSN:
      return {"", kNumberLevels, false, false, true, 0, 1e-6};
    case v1::INSURANCE_NUMBER:
      return {"", kNumberLevels, true, false, true, 0, 1e-5};
    case v1::NAME_SUFFIX:
      return {"", kExactLevels, false, false, false, 0, 0.4};
    case v1::SEX:
      return {"", kExactLevels, false, false, false, 0, 0.5};
    default:
      return {"", kExactLevels, false, false, false, 0, 0.3};
  }
}

bool IsPlace(v1::Standardizer standardizer) {
  return standardizer == v1::CITY || standardizer == v1::STATE || standardizer == v1::POSTAL_CODE;
}

}  // namespace

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
}

void FieldLevels::AddField(const v1::LinkagePlan& plan, size_t field,
                           const EvidenceLayout& layout) {
  const v1::Field& described = plan.fields(static_cast<int>(field));
  Rule rule{described.standardizer(), {}};
  std::vector<int>& bits = rule.bits;
  for (const Kind kind : EvidenceKindsOf(described.standardizer())) {
    bits.push_back(layout.BitOf(field, kind));
  }
  const auto add_cross = [&](int first, int second) {
    const int bit = first < 0 || second < 0 ? -1
                                            : layout.CrossBit(static_cast<size_t>(first),
                                                              static_cast<size_t>(second));
    bits.push_back(bit);
    bits.push_back(bit < 0 ? -1 : bit + 1);
  };
  if (described.standardizer() == v1::GIVEN_NAME || described.standardizer() == v1::SURNAME) {
    // Crosswise with whatever name the layout crosses this one with.
    int first = -1, last = -1;
    for (size_t i = 0; i < layout.items().size(); ++i) {
      for (size_t j = 0; j < layout.items().size(); ++j) {
        const bool names = layout.items()[i].standardizer == v1::GIVEN_NAME &&
                           layout.items()[j].standardizer == v1::SURNAME;
        const bool mine = layout.items()[i].field == field || layout.items()[j].field == field;
        if (names && mine && layout.CrossBit(i, j) >= 0) {
          first = static_cast<int>(i);
          last = static_cast<int>(j);
        }
      }
    }
    add_cross(first, last);
  }
  if (described.standardizer() == v1::SURNAME) add_cross(bits[2], bits[3]);
  if (described.standardizer() == v1::DATE) add_cross(bits[1], bits[2]);
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
                    {bit_of(v1::POSTAL_CODE, Kind::kPrefix5), bit_of(v1::POSTAL_CODE, Kind::kPrefix3),
                     bit_of(v1::CITY, Kind::kExact), bit_of(v1::CITY, Kind::kDoubleMetaphone),
                     bit_of(v1::STATE, Kind::kExact)}});
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
    case v1::SSN:
    case v1::INSURANCE_NUMBER:
      return NumberLevel(bits, rule.bits);
    default:
      return ExactLevel(bits, rule.bits);
  }
}

AgreementPattern FieldLevels::PatternOf(const EvidenceBits& bits) const {
  AgreementPattern pattern = 0;
  for (size_t i = 0; i < rules_.size(); ++i) {
    pattern |= AgreementPattern{LevelOf(rules_[i], bits)} << (4 * i);
  }
  return pattern;
}

}  // namespace blindlink
