#include "common/plan/evidence_catalog.h"

namespace blindlink {
namespace {

using Kind = EvidenceKind;

constexpr Kind kGivenName[] = {Kind::kExactName, Kind::kNicknameRoot, Kind::kDoubleMetaphone,
                               Kind::kInitial,   Kind::kMinHash0,     Kind::kMinHash1,
                               Kind::kMinHash2,  Kind::kMinHash3,     Kind::kFirstPart};
constexpr Kind kSurname[] = {Kind::kExactName, Kind::kDoubleMetaphone, Kind::kFirstPart,
                             Kind::kLastPart,  Kind::kMinHash0,        Kind::kMinHash1,
                             Kind::kMinHash2,  Kind::kMinHash3};
constexpr Kind kMiddleName[] = {Kind::kExactName, Kind::kInitial};
constexpr Kind kDate[] = {Kind::kYear, Kind::kMonth, Kind::kDay};
constexpr Kind kStreet[] = {Kind::kStreetCore, Kind::kHouseNumber, Kind::kStreetName,
                            Kind::kMinHash0,   Kind::kMinHash1,    Kind::kMinHash2};
constexpr Kind kCity[] = {Kind::kExact, Kind::kDoubleMetaphone};
constexpr Kind kPostalCode[] = {Kind::kPrefix5, Kind::kPrefix3};
constexpr Kind kPhone[] = {Kind::kExact, Kind::kLast4};
constexpr Kind kEmail[] = {Kind::kExact, Kind::kLocalPart, Kind::kMinHash0, Kind::kMinHash1};
constexpr Kind kAddressLine[] = {Kind::kExact, Kind::kMinHash0, Kind::kMinHash1, Kind::kMinHash2};
constexpr Kind kNumber[] = {Kind::kFirstThird, Kind::kMiddleThird, Kind::kLastThird};
constexpr Kind kExactOnly[] = {Kind::kExact};

// Left out first: what a misspelt or compound value is told by, then what follows from the rest.
constexpr Kind kBriefGivenName[] = {Kind::kExactName, Kind::kNicknameRoot, Kind::kDoubleMetaphone,
                                    Kind::kInitial};
constexpr Kind kBriefSurname[] = {Kind::kExactName, Kind::kDoubleMetaphone, Kind::kLastPart,
                                  Kind::kMinHash0};
constexpr Kind kBriefMiddleName[] = {Kind::kInitial};
constexpr Kind kBriefStreet[] = {Kind::kHouseNumber, Kind::kStreetName};
constexpr Kind kBriefPostalCode[] = {Kind::kPrefix5};
constexpr Kind kBriefPhone[] = {Kind::kLast4};

absl::Span<const EvidenceKind> KindsInFull(v1::Standardizer standardizer) {
  switch (standardizer) {
    case v1::GIVEN_NAME:
      return kGivenName;
    case v1::SURNAME:
      return kSurname;
    case v1::MIDDLE_NAME:
      return kMiddleName;
    case v1::DATE:
      return kDate;
    case v1::STREET_ADDRESS:
      return kStreet;
    case v1::CITY:
      return kCity;
    case v1::POSTAL_CODE:
      return kPostalCode;
    case v1::PHONE:
      return kPhone;
    case v1::EMAIL:
      return kEmail;
    case v1::ADDRESS_LINE:
      return kAddressLine;
    case v1::SSN:
    case v1::INSURANCE_NUMBER:
      return kNumber;
    case v1::NAME_SUFFIX:
    case v1::SEX:
    case v1::STATE:
    case v1::RELATIONSHIP:
      return kExactOnly;
    default:
      return {};
  }
}

}  // namespace

absl::Span<const EvidenceKind> EvidenceKindsOf(v1::Standardizer standardizer, v1::Detail detail) {
  if (detail != v1::BRIEF) return KindsInFull(standardizer);
  switch (standardizer) {
    case v1::GIVEN_NAME:
      return kBriefGivenName;
    case v1::SURNAME:
      return kBriefSurname;
    case v1::MIDDLE_NAME:
      return kBriefMiddleName;
    case v1::STREET_ADDRESS:
      return kBriefStreet;
    case v1::POSTAL_CODE:
      return kBriefPostalCode;
    case v1::PHONE:
      return kBriefPhone;
    case v1::CITY:
    case v1::EMAIL:
    case v1::ADDRESS_LINE:
      return kExactOnly;
    default:
      return KindsInFull(standardizer);
  }
}

unsigned CodeBitsOf(v1::Standardizer standardizer, EvidenceKind kind) {
  switch (kind) {
    case Kind::kExact:
      if (standardizer == v1::NAME_SUFFIX || standardizer == v1::SEX) return 3;
      if (standardizer == v1::STATE || standardizer == v1::RELATIONSHIP) return 4;
      return 8;
    case Kind::kMonth:
    case Kind::kDay:
    case Kind::kFirstPart:
    case Kind::kLastPart:
      return 6;
    case Kind::kDoubleMetaphone:
    case Kind::kInitial:
    case Kind::kStreetCore:
    case Kind::kPrefix3:
    case Kind::kLast4:
    case Kind::kLocalPart:
      return 4;
    default:
      return IsMinHash(kind) ? 4 : 8;
  }
}

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
