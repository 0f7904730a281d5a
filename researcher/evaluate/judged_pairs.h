#pragma once

#include <string>
#include <vector>

#include "researcher/evaluate/contingency.h"
#include "researcher/evaluate/entity_map.h"
#include "researcher/evaluate/reference.h"
#include "researcher/evaluate/subgroups.h"

namespace blindlink::researcher {

// A found pair in scope that the reference can judge true or false.
struct JudgedPair {
  RecordPair pair;
  bool is_true;
};

// Pairs that an entity map implies, in scope.
struct ImpliedPairs {
  uint64_t all = 0;
  uint64_t judged = 0;  // both records known to the reference
  uint64_t true_ones = 0;
};

// Counts among records for which `keep` is true. Lists only pairs that are in a file.
ImpliedPairs CountImpliedPairs(const EntityMapFile& file, const Reference& reference,
                               const RecordTable& records, Truth::RecordFilter keep);

// How well the pairs of one group were found. A pair belongs to a group if one of its records does,
// so a pair across two groups counts in both. True negatives are not counted.
struct SubgroupOutcome {
  std::string grouping;
  std::string group;
  ContingencyTable table;
};

// For every group that has a pair, ordered by grouping, then by the group's name ("not stated"
// last).
std::vector<SubgroupOutcome> OutcomeBySubgroup(const std::vector<JudgedPair>& judged,
                                               const Reference& reference,
                                               const RecordTable& records,
                                               const std::vector<Grouping>& groupings);
std::vector<SubgroupOutcome> OutcomeBySubgroup(const EntityMapFile& file,
                                               const Reference& reference,
                                               const RecordTable& records,
                                               const std::vector<Grouping>& groupings);

}  // namespace blindlink::researcher
