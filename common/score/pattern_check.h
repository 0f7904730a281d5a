#pragma once

#include <cstddef>

#include "common/score/field_levels.h"

namespace blindlink {

// Whether FieldLevels with these fields can have made the pattern: one that came from elsewhere
// must not be an index into anything before. Thread-safe.
inline bool Fits(AgreementPattern pattern, const FieldLevels& levels) {
  const auto& fields = levels.fields();
  for (size_t field = 0; field < kMaxScoredFields; ++field) {
    const size_t level = LevelIn(pattern, field);
    if (level >= (field < fields.size() ? fields[field].levels.size() : 1)) return false;
  }
  return true;
}

}  // namespace blindlink
