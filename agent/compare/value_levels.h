#pragma once

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/compare/comparable_record.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

// How well two values other than names agree, from worst to best: 0 is "missing", 1 "differs", the
// last "exact". Pure; thread-safe.

// The levels of values of this standardizer.
const std::vector<const char*>& LevelsOf(v1::Standardizer standardizer);

// The level of dates, street addresses, numbers, phones, e-mail, and values that are either exact
// or differ.
size_t ValueLevel(v1::Standardizer standardizer, const ComparableValue& left,
                  const ComparableValue& right);

// The date levels that imply the same year of birth, one bit each.
unsigned DateLevelsOfSameYear();

// Whether two texts differ in a letter or two, or are at least similar.
enum TextAgreement : size_t { kTextMissing, kTextDiffers, kTextSimilar, kTextClose, kTextExact };
size_t TextLevel(absl::string_view left, absl::string_view right);

}  // namespace blindlink::agent
