#pragma once

#include <cstddef>
#include <vector>

#include "agent/compare/comparable_record.h"
#include "common/score/code_levels.h"

namespace blindlink::agent {

// How well two names agree, from worst to best: 0 is "missing", 1 "differs", the last "exact".
// Pure; thread-safe. The Jaro-Winkler bounds for mistyped names are those of Winkler (1990) and of
// the 2013 report's comparators: from 0.94 almost always the same name, from 0.88 mostly, from 0.8
// similar.

LevelNames GivenNameLevels();
size_t GivenNameLevel(const ComparableValue& left, const ComparableValue& right);

LevelNames SurnameLevels();
size_t SurnameLevel(const ComparableValue& left, const ComparableValue& right);

LevelNames MiddleNameLevels();
size_t MiddleNameLevel(const ComparableValue& left, const ComparableValue& right);

// A record's names. Those that the plan lacks are null.
struct RecordNames {
  const std::vector<ComparableValue>* given = nullptr;
  const std::vector<ComparableValue>* middle = nullptr;
  const std::vector<ComparableValue>* surname = nullptr;
};

struct FullNameLevels {
  size_t given = 0;
  size_t surname = 0;
};

// The best levels between any values of the two. Also compares first with last names ("exchanged",
// which only the given name reports: the surname is then "missing") and first with middle names
// ("middle").
FullNameLevels CompareFullNames(const RecordNames& left, const RecordNames& right);

}  // namespace blindlink::agent
