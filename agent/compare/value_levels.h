#pragma once

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/compare/comparable_record.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// How well two values other than names agree, from worst to best: 0 "missing", 1 "differs", ...,
// the last "exact". Pure, thread-safe.

// Of values of this standardizer.
const std::vector<const char*>& LevelsOf(v1::Standardizer standardizer);

// Dates, street addresses, numbers, phones, e-mail and all that is exact or differs.
size_t ValueLevel(v1::Standardizer standardizer, const ComparableValue& left,
                  const ComparableValue& right);

// The levels of dates that say the two were born in one year, a bit each.
unsigned DateLevelsOfSameYear();

// Whether two texts are the same but for a letter or two, or at least alike.
enum TextAgreement : size_t { kTextMissing, kTextDiffers, kTextSimilar, kTextClose, kTextExact };
size_t TextLevel(absl::string_view left, absl::string_view right);

}  // namespace blindlink::agent
