#include "common/score/code_levels.h"

namespace blindlink {
namespace {

using Kind = EvidenceKind;
using Codes = ComparedCodes;

constexpr size_t kMissing = 0;
constexpr size_t kDiffers = 1;

template <typename... Kinds>
size_t CountAgreeing(const Codes& codes, Kinds... kinds) {
  return (size_t{codes.Agrees(kinds)} + ...);
}

// How many of a name's min-hashes agree, whether the plan sends all, one or none of them.
struct Similarity {
  bool not_against;  // does not contradict that the names sound the same
  bool high;
};
Similarity SimilarityOf(const Codes& codes) {
  size_t sent = 0;
  size_t shared = 0;
  for (const Kind kind : {Kind::kMinHash0, Kind::kMinHash1, Kind::kMinHash2, Kind::kMinHash3}) {
    sent += size_t{codes.Sent(kind)};
    shared += size_t{codes.Agrees(kind)};
  }
  return {sent < 2 || shared >= 1, shared >= 2 || (sent == 1 && shared == 1)};
}

// Of a single code: what agrees is as exact as the plan lets it be seen.
size_t OneCodeLevel(const Codes& codes, Kind kind, size_t exact) {
  if (!codes.Compared(kind)) return kMissing;
  return codes.Agrees(kind) ? exact : kDiffers;
}

constexpr const char* kGivenNameLevels[] = {"missing",  "differs",   "initial", "middle initial",
                                            "similar",  "sounds",    "part",    "middle",
                                            "nickname", "exchanged", "exact"};
size_t GivenNameLevel(const Codes& codes) {
  if (!codes.Compared(Kind::kExactName)) return kMissing;
  if (codes.Agrees(Kind::kExactName) && codes.AgreesOrMissing(Kind::kNicknameRoot) &&
      codes.AgreesOrMissing(Kind::kDoubleMetaphone) && codes.AgreesOrMissing(Kind::kInitial)) {
    return 10;
  }
  if (codes.AgreesBothWays(Crosswise::kExchangedName)) return kExchangedNameLevel;
  if (codes.Agrees(Kind::kNicknameRoot)) return 8;
  const bool middle_initial = codes.AgreesEitherWay(Crosswise::kMiddleInitial);
  if (codes.AgreesEitherWay(Crosswise::kMiddleName) && middle_initial) return 7;
  if (codes.Agrees(Kind::kFirstPart) && codes.Agrees(Kind::kInitial)) return 6;
  const Similarity similarity = SimilarityOf(codes);
  if (codes.Agrees(Kind::kDoubleMetaphone) && similarity.not_against) return 5;
  if (similarity.high) return 4;
  if (codes.Agrees(Kind::kInitial)) return 2;
  return middle_initial ? 3 : kDiffers;
}

constexpr const char* kSurnameLevels[] = {"missing", "differs", "similar",
                                          "sounds",  "part",    "exact"};
size_t SurnameLevel(const Codes& codes) {
  if (!codes.Compared(Kind::kExactName)) return kMissing;
  if (codes.Agrees(Kind::kExactName) && codes.AgreesOrMissing(Kind::kDoubleMetaphone) &&
      codes.AgreesOrMissing(Kind::kFirstPart) && codes.AgreesOrMissing(Kind::kLastPart)) {
    return 5;
  }
  // The first name's level says it.
  if (codes.AgreesBothWays(Crosswise::kExchangedName)) return kMissing;
  if (codes.Agrees(Kind::kFirstPart) || codes.Agrees(Kind::kLastPart) ||
      codes.AgreesEitherWay(Crosswise::kNameParts)) {
    return 4;
  }
  const Similarity similarity = SimilarityOf(codes);
  if (codes.Agrees(Kind::kDoubleMetaphone) && similarity.not_against) return 3;
  return similarity.high ? 2 : kDiffers;
}

constexpr const char* kMiddleNameLevels[] = {"missing", "differs", "initial", "exact"};
size_t MiddleNameLevel(const Codes& codes) {
  if (!codes.Sent(Kind::kExactName)) return OneCodeLevel(codes, Kind::kInitial, 3);
  if (!codes.Compared(Kind::kExactName)) return kMissing;
  const bool same_name = codes.Agrees(Kind::kExactName);
  if (codes.Agrees(Kind::kInitial)) return same_name ? 3 : 2;
  return same_name && !codes.Compared(Kind::kInitial) ? 3 : kDiffers;
}

constexpr const char* kDateLevels[] = {"missing",      "differs",        "year",
                                       "month or day", "month and day",  "swapped",
                                       "year only",    "year and month", "exact"};
constexpr unsigned kDateLevelsOfSameYear =
    1u << 2 | 1u << 3 | 1u << 5 | 1u << 6 | 1u << 7 | 1u << 8;
size_t DateLevel(const Codes& codes) {
  const bool same_year = codes.Agrees(Kind::kYear);
  const bool same_month = codes.Agrees(Kind::kMonth);
  const bool same_day = codes.Agrees(Kind::kDay);
  if (!codes.Compared(Kind::kYear)) {
    if (!codes.Compared(Kind::kMonth) || !codes.Compared(Kind::kDay)) return kMissing;
    return same_month && same_day ? 4 : kDiffers;
  }
  if (!same_year) return same_month && same_day ? 4 : kDiffers;
  // One of the two knows no more. "year" is a year that agrees where the rest does not.
  if (!codes.Compared(Kind::kMonth) && !codes.Compared(Kind::kDay)) return 6;
  if (same_month && !codes.Compared(Kind::kDay)) return 7;
  if (same_month && same_day) return 8;
  if (codes.AgreesBothWays(Crosswise::kMonthDay)) return 5;
  return same_month || same_day ? 3 : 2;
}

constexpr const char* kStreetLevels[] = {"missing",     "differs", "house number",
                                         "same street", "similar", "exact"};
size_t StreetLevel(const Codes& codes) {
  if (!codes.Compared(Kind::kStreetCore) && !codes.Compared(Kind::kStreetName)) return kMissing;
  const bool same_name = codes.Agrees(Kind::kStreetName);
  const bool same_house = codes.Agrees(Kind::kHouseNumber);
  // Without a code of its own, the core is number and name.
  const bool same_core =
      codes.Agrees(Kind::kStreetCore) || (!codes.Sent(Kind::kStreetCore) && same_name);
  if (same_core && codes.AgreesOrMissing(Kind::kHouseNumber) &&
      codes.AgreesOrMissing(Kind::kStreetName)) {
    return 5;
  }
  const size_t shared = CountAgreeing(codes, Kind::kMinHash0, Kind::kMinHash1, Kind::kMinHash2);
  if (same_house && shared >= 1) return 4;
  if (same_name && (shared >= 1 || !codes.Sent(Kind::kMinHash0))) return 3;
  return same_house || shared >= 2 ? 2 : kDiffers;
}

constexpr const char* kPlaceLevels[] = {"missing",     "differs", "state or similar city",
                                        "postal area", "city",    "exact"};

constexpr const char* kNumberLevels[] = {"missing", "differs", "a third", "two thirds", "exact"};
size_t NumberLevel(const Codes& codes) {
  if (!codes.Compared(Kind::kFirstThird)) return kMissing;
  return kDiffers + CountAgreeing(codes, Kind::kFirstThird, Kind::kMiddleThird, Kind::kLastThird);
}

constexpr const char* kPhoneLevels[] = {"missing", "differs", "last four", "exact"};
size_t PhoneLevel(const Codes& codes) {
  if (!codes.Sent(Kind::kExact)) return OneCodeLevel(codes, Kind::kLast4, 3);
  if (!codes.Compared(Kind::kExact)) return kMissing;
  if (!codes.Agrees(Kind::kLast4)) return kDiffers;
  return codes.Agrees(Kind::kExact) ? 3 : 2;
}

constexpr const char* kSimilarLevels[] = {"missing", "differs", "similar", "exact"};
size_t EmailLevel(const Codes& codes) {
  if (!codes.Compared(Kind::kExact)) return kMissing;
  const bool same_local = codes.Agrees(Kind::kLocalPart);
  if (codes.Agrees(Kind::kExact) && (same_local || !codes.Sent(Kind::kLocalPart))) return 3;
  const size_t shared = CountAgreeing(codes, Kind::kMinHash0, Kind::kMinHash1);
  return (same_local && shared >= 1) || shared == 2 ? 2 : kDiffers;
}
size_t TextLevel(const Codes& codes) {
  if (!codes.Compared(Kind::kExact)) return kMissing;
  const size_t shared = CountAgreeing(codes, Kind::kMinHash0, Kind::kMinHash1, Kind::kMinHash2);
  if (codes.Agrees(Kind::kExact) && (shared == 3 || !codes.Sent(Kind::kMinHash0))) return 3;
  return shared >= 2 ? 2 : kDiffers;
}

constexpr const char* kExactLevels[] = {"missing", "differs", "exact"};
size_t ExactLevel(const Codes& codes) { return OneCodeLevel(codes, Kind::kExact, 2); }

constexpr CodeLevels kPlace = {kPlaceLevels, nullptr, 3};
constexpr CodeLevels kOneCode = {kExactLevels, ExactLevel};

}  // namespace

const CodeLevels& CodeLevelsOf(Comparison comparison) {
  // In the order of the enum.
  static constexpr CodeLevels kLevels[] = {{kGivenNameLevels, GivenNameLevel, 4},
                                           {kMiddleNameLevels, MiddleNameLevel},
                                           {kSurnameLevels, SurnameLevel},
                                           {kDateLevels, DateLevel, 5, kDateLevelsOfSameYear},
                                           {kStreetLevels, StreetLevel, 3},
                                           kPlace,
                                           kPlace,
                                           kPlace,
                                           {kNumberLevels, NumberLevel, 3},
                                           {kPhoneLevels, PhoneLevel},
                                           {kSimilarLevels, EmailLevel},
                                           {kSimilarLevels, TextLevel},
                                           kOneCode};
  return kLevels[static_cast<size_t>(comparison)];
}

size_t PlaceLevel(const Codes& postal_code, const Codes& city, const Codes& state) {
  if (!postal_code.Compared(Kind::kPrefix5) && !city.Compared(Kind::kExact) &&
      !state.Compared(Kind::kExact)) {
    return kMissing;
  }
  if (postal_code.Agrees(Kind::kPrefix5) && postal_code.AgreesOrMissing(Kind::kPrefix3)) return 5;
  if (city.Agrees(Kind::kExact) && city.AgreesOrMissing(Kind::kDoubleMetaphone)) return 4;
  if (postal_code.Agrees(Kind::kPrefix3)) return 3;
  return city.Agrees(Kind::kDoubleMetaphone) || state.Agrees(Kind::kExact) ? 2 : kDiffers;
}

CodePositions::CodePositions(const EvidenceLayout& layout, size_t field,
                             v1::Standardizer standardizer) {
  for (size_t i = 0; i < layout.items().size(); ++i) {
    const EvidenceItem& item = layout.items()[i];
    if (item.field == field) kinds_[static_cast<size_t>(item.kind)] = uint64_t{1} << i;
  }
  const auto within = [&](Kind first, Kind second) {
    const int a = layout.BitOf(field, first);
    const int b = layout.BitOf(field, second);
    return a < 0 || b < 0 ? -1 : layout.CrossBit(static_cast<size_t>(a), static_cast<size_t>(b));
  };
  const auto exchanged_with = [&](v1::Standardizer other) {
    const int parts = layout.CrossBitOf(field, Kind::kFirstPart, other);
    return parts >= 0 ? parts : layout.CrossBitOf(field, Kind::kExactName, other);
  };
  if (standardizer == v1::GIVEN_NAME) {
    SetCross(Crosswise::kExchangedName, exchanged_with(v1::SURNAME));
    SetCross(Crosswise::kMiddleName, layout.CrossBitOf(field, Kind::kExactName, v1::MIDDLE_NAME));
    SetCross(Crosswise::kMiddleInitial, layout.CrossBitOf(field, Kind::kInitial, v1::MIDDLE_NAME));
  }
  if (standardizer == v1::SURNAME)
    SetCross(Crosswise::kExchangedName, exchanged_with(v1::GIVEN_NAME));
  SetCross(Crosswise::kNameParts, within(Kind::kFirstPart, Kind::kLastPart));
  SetCross(Crosswise::kMonthDay, within(Kind::kMonth, Kind::kDay));
}

CodePositions::CodePositions(const EvidenceLayout& layout, v1::Standardizer standardizer) {
  for (size_t i = 0; i < layout.items().size(); ++i) {
    const EvidenceItem& item = layout.items()[i];
    uint64_t& position = kinds_[static_cast<size_t>(item.kind)];
    if (item.standardizer == standardizer && position == 0) position = uint64_t{1} << i;
  }
}

void CodePositions::SetCross(Crosswise cross, int bit) {
  if (bit >= 0) crosses_[static_cast<size_t>(cross)] = uint64_t{3} << bit;
}

}  // namespace blindlink
