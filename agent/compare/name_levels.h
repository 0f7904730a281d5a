#pragma once

#include <cstddef>
#include <vector>

#include "agent/compare/comparable_record.h"
#include "common/score/code_levels.h"

namespace blindlink::agent {

// How well two names agree, from worst to best: 0 "missing", 1 "differs", ..., the last "exact".
// Pure, thread-safe. Jaro-Winkler's bounds for names of one person that were mistyped are those of
// Winkler (1990) and of the 2013 report's comparators: 0.94 hardly ever two names, 0.88 mostly one,
// 0.8 alike.

LevelNames GivenNameLevels();
size_t GivenNameLevel(const ComparableValue& left, const ComparableValue& right);

LevelNames SurnameLevels();
size_t SurnameLevel(const ComparableValue& left, const ComparableValue& right);

LevelNames MiddleNameLevels();
size_t MiddleNameLevel(const ComparableValue& left, const ComparableValue& right);

// A record's names, as far as the plan has them; any may be null.
struct RecordNames {
  const std::vector<ComparableValue>* given = nullptr;
  const std::vector<ComparableValue>* middle = nullptr;
  const std::vector<ComparableValue>* surname = nullptr;
};

struct FullNameLevels {
  size_t given = 0;
  size_t surname = 0;
};

// The best that any values of the two agree in; also first with last name ("exchanged", said by the
// given name alone: the surname is then "missing") and a first name with a middle name ("middle").
FullNameLevels CompareFullNames(const RecordNames& left, const RecordNames& right);

}  // namespace blindlink::agent
