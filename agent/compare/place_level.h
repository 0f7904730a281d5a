#pragma once

#include <cstddef>
#include <vector>

#include "agent/compare/comparable_record.h"
#include "common/score/code_levels.h"

namespace blindlink::agent {

// City, state and postal code carry much the same information, so they are compared as one field.
// Any may be null.
struct Place {
  const std::vector<ComparableValue>* postal_code = nullptr;
  const std::vector<ComparableValue>* city = nullptr;
  const std::vector<ComparableValue>* state = nullptr;
};

// How well two places agree, from worst to best: 0 is "missing", 1 "differs", the last "exact".
// Pure; thread-safe.
LevelNames PlaceLevels();
size_t PlaceLevel(const Place& left, const Place& right);

}  // namespace blindlink::agent
