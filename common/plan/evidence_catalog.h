#pragma once

#include <cstdint>

#include "absl/types/span.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink {

// What an evidence code is made of. Values are persistent: they are hashed into the codes.
enum class EvidenceKind : uint8_t {
  kExactName = 1,  // the whole standardized name; the same for first and last, so that they can be
                   // compared crosswise
  kNicknameRoot = 2,
  kDoubleMetaphone = 3,
  kInitial = 4,
  kFirstPart = 5,  // of a compound name; of any other the whole
  kLastPart = 6,
  kMinHash0 = 7,  // min-wise hashes of the text's bigrams: about as many agree as the texts share
  kMinHash1 = 8,
  kMinHash2 = 9,
  kMinHash3 = 10,
  kYear = 11,
  kMonth = 12,
  kDay = 13,
  kExact = 14,
  kHouseNumber = 15,
  kStreetName = 16,
  kStreetCore = 17,
  kPrefix3 = 18,  // of a postal code
  kPrefix5 = 19,
  kFirstThird = 20,  // of a number's characters
  kMiddleThird = 21,
  kLastThird = 22,
  kLast4 = 23,
  kLocalPart = 24,  // of an e-mail address
};

bool IsMinHash(EvidenceKind kind);

// The codes of a field with this standardizer, in order. Empty: it gives none. Those of BRIEF
// are among those of IN_FULL.
absl::Span<const EvidenceKind> EvidenceKindsOf(v1::Standardizer standardizer, v1::Detail detail);

// How many bits a code of this kind has, 1 to 8. In one of 2^bits - 1 cases two different values
// have the same code. Few where other codes of the field must agree too for the pair to be taken
// for one person, or where there are few values; of one kind the same in all fields that are
// compared crosswise.
unsigned CodeBitsOf(v1::Standardizer standardizer, EvidenceKind kind);

// Whether a token of a field's `form` fixes the code of this kind: records that share the token
// agree in it, so it need not travel.
bool Fixes(v1::Form form, EvidenceKind kind);

// Values that may be compared with each other are hashed with the same domain: all whole names and
// parts of names; month and day.
uint8_t DomainOf(EvidenceKind kind);

}  // namespace blindlink
