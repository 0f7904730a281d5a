#pragma once

#include <cstddef>
#include <vector>

#include "agent/goldstandard/comparable_record.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink {

// How well two values other than names agree, from worst to best: 0 "missing", 1 "differs", ...,
// the last "exact". Pure, thread-safe.

// Of values of this standardizer; for POSTAL_CODE those of PlaceLevel.
const std::vector<const char*>& LevelsOf(v1::Standardizer standardizer);

// Dates, street addresses, numbers, phones, e-mail and all that is exact or differs.
size_t ValueLevel(v1::Standardizer standardizer, const ComparableValue& left,
                  const ComparableValue& right);

// The levels of dates that say the two were born in one year, a bit each.
unsigned DateLevelsOfSameYear();

// City, state and postal code of a record; any may be null.
struct Place {
  const std::vector<ComparableValue>* postal_code = nullptr;
  const std::vector<ComparableValue>* city = nullptr;
  const std::vector<ComparableValue>* state = nullptr;
};
size_t PlaceLevel(const Place& left, const Place& right);

}  // namespace blindlink
