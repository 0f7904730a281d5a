#include "common/plan/evidence_kind.h"

namespace blindlink {

using Kind = EvidenceKind;

bool IsMinHash(EvidenceKind kind) {
  return kind >= EvidenceKind::kMinHash0 && kind <= EvidenceKind::kMinHash3;
}

bool Fixes(v1::Form form, EvidenceKind kind) {
  switch (form) {
    case v1::EXACT:
      return true;
    case v1::NICKNAME_ROOT:
      return kind == Kind::kNicknameRoot;
    case v1::INITIAL:
      return kind == Kind::kInitial;
    case v1::DOUBLE_METAPHONE:
      return kind == Kind::kDoubleMetaphone;
    case v1::YEAR:
      return kind == Kind::kYear;
    case v1::YEAR_MONTH:
      return kind == Kind::kYear || kind == Kind::kMonth;
    case v1::MONTH_DAY:
      return kind == Kind::kMonth || kind == Kind::kDay;
    case v1::HOUSE_NUMBER:
      return kind == Kind::kHouseNumber;
    case v1::STREET_NAME:  // of which street addresses' min-hashes are made
      return kind == Kind::kStreetName || IsMinHash(kind);
    case v1::STREET_CORE:
      return kind == Kind::kStreetCore || kind == Kind::kHouseNumber ||
             Fixes(v1::STREET_NAME, kind);
    case v1::LAST_4:
      return kind == Kind::kLast4 || kind == Kind::kLastThird;
    case v1::PREFIX_5:
      return kind == Kind::kPrefix5 || kind == Kind::kPrefix3;
    case v1::PREFIX_3_DIGITS:
      return kind == Kind::kPrefix3;
    default:
      return false;
  }
}

uint8_t DomainOf(EvidenceKind kind) {
  switch (kind) {
    case Kind::kFirstPart:
    case Kind::kLastPart:
      return static_cast<uint8_t>(Kind::kExactName);
    case Kind::kDay:
      return static_cast<uint8_t>(Kind::kMonth);
    default:
      return static_cast<uint8_t>(kind);
  }
}

}  // namespace blindlink
