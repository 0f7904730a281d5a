#pragma once

#include <cstddef>
#include <cstdint>

#include "blindlink/v1/plan.pb.h"

namespace blindlink {

// What an evidence code is made of. Values are persistent: they are hashed into the codes.
enum class EvidenceKind : uint8_t {
  kExactName = 1,  // the whole standardized name; the same kind for first and last name, so that
                   // they can be compared crosswise
  kNicknameRoot = 2,
  kDoubleMetaphone = 3,
  kInitial = 4,
  kFirstPart = 5,  // of a compound name; of any other name, the whole
  kLastPart = 6,
  kMinHash0 = 7,  // min-wise hashes of the text's bigrams: the share that agrees estimates the
                  // share of bigrams that two texts have in common
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
// One more than the highest kind: the size of a table indexed by kind.
inline constexpr size_t kEvidenceKinds = static_cast<size_t>(EvidenceKind::kLocalPart) + 1;

bool IsMinHash(EvidenceKind kind);

// Whether a token of a field's `form` fixes the code of this kind: records that share the token
// agree in it, so it need not travel.
bool Fixes(v1::Form form, EvidenceKind kind);

// Values that may be compared with each other are hashed with the same domain: all whole names and
// parts of names; month and day.
uint8_t DomainOf(EvidenceKind kind);

}  // namespace blindlink
