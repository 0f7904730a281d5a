#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"
#include "blindlink/v1/plan.pb.h"
#include "common/plan/evidence_layout.h"
#include "common/plan/standardizer_catalog.h"

namespace blindlink {

// How well two values agree, as far as their evidence codes tell. Pure; thread-safe.

// Comparisons of a value with another field's, or of two codes of one value with each other.
enum class Crosswise : uint8_t {
  kExchangedName,  // first name with last name
  kMiddleName,     // first name with middle name
  kMiddleInitial,
  kNameParts,  // first part with last part
  kMonthDay,
};
inline constexpr size_t kCrosswise = 5;

// Where the codes of a field stand in EvidenceBits, by kind. A code that the plan does not send
// (BRIEF) neither agrees nor differs.
class CodePositions {
 public:
  CodePositions() = default;
  // Of one field, with its crosswise comparisons. `field` is an index into LinkagePlan.fields.
  CodePositions(const EvidenceLayout& layout, size_t field, v1::Standardizer standardizer);
  // Of the first codes of each kind that fields with this standardizer have; nothing crosswise.
  CodePositions(const EvidenceLayout& layout, v1::Standardizer standardizer);

  uint64_t Of(EvidenceKind kind) const { return kinds_[static_cast<size_t>(kind)]; }
  // The two directions of a crosswise comparison.
  uint64_t Of(Crosswise cross) const { return crosses_[static_cast<size_t>(cross)]; }

 private:
  void SetCross(Crosswise cross, int bit);

  std::array<uint64_t, kEvidenceKinds> kinds_{};  // a bit each, or none
  std::array<uint64_t, kCrosswise> crosses_{};    // two bits each, or none
};

// The codes of one field of a pair of records. Refers to both arguments.
class ComparedCodes {
 public:
  ComparedCodes(const CodePositions& positions, const EvidenceBits& bits)
      : positions_(positions), compared_(bits.compared), agree_(bits.compared & ~bits.differs) {}

  // Whether the plan sends the code at all.
  bool Sent(EvidenceKind kind) const { return positions_.Of(kind) != 0; }
  // Whether both records have a value of it.
  bool Compared(EvidenceKind kind) const { return (compared_ & positions_.Of(kind)) != 0; }
  bool Agrees(EvidenceKind kind) const { return (agree_ & positions_.Of(kind)) != 0; }
  bool AgreesOrMissing(EvidenceKind kind) const {
    return (compared_ & ~agree_ & positions_.Of(kind)) == 0;
  }
  bool AgreesBothWays(Crosswise cross) const {
    const uint64_t both = positions_.Of(cross);
    return both != 0 && (agree_ & both) == both;
  }
  bool AgreesEitherWay(Crosswise cross) const { return (agree_ & positions_.Of(cross)) != 0; }

 private:
  const CodePositions& positions_;
  const uint64_t compared_;
  const uint64_t agree_;
};

using LevelNames = absl::Span<const char* const>;

struct CodeLevels {
  // From worst to best: [0] "missing" (one has no value: says nothing), [1] "differs", ..., the
  // last "exact".
  LevelNames names = {};
  // Returns an index into `names`. Of a place: not set, see PlaceLevel.
  size_t (*level)(const ComparedCodes& codes) = nullptr;
  // The first level that counts as agreement: a name that is similar, a date with day and month
  // swapped.
  size_t agrees_from = 2;
  // Of a date of birth: the levels, a bit each, that say that the two were born in one year.
  unsigned same_year = 0;
};
// Of a given name that is the other's surname, the other way round too.
inline constexpr size_t kExchangedNameLevel = 9;

const CodeLevels& CodeLevelsOf(Comparison comparison);

// The level of a place, whose names are those of Comparison::kPostalCode.
size_t PlaceLevel(const ComparedCodes& postal_code, const ComparedCodes& city,
                  const ComparedCodes& state);

}  // namespace blindlink
