#pragma once

#include <cstddef>

#include "agent/compare/comparable_record.h"
#include "common/plan/standardizer_catalog.h"
#include "common/score/code_levels.h"

namespace blindlink::agent {

// How well two values agree, from worst to best: 0 "missing", 1 "differs", ..., the last "exact".
// Pure; thread-safe. City, state and postal code have the levels of a place (place_level.h).
LevelNames LevelsOf(Comparison comparison);

// Of two values that are not parts of a place.
size_t ValueLevel(Comparison comparison, const ComparableValue& left, const ComparableValue& right);

// The date levels that imply the same year of birth, one bit each.
unsigned DateLevelsOfSameYear();

}  // namespace blindlink::agent
