#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace blindlink {

// Which pairs of records an evaluation is about.
enum class PairScope {
  kCrossSite,   // records of two different sites
  kWithinSite,  // two records of one site: duplicates
  kAll,
};

// "cross-site", "within-site", "all".
absl::string_view NameOf(PairScope scope);
std::optional<PairScope> ParsePairScope(absl::string_view name);

inline bool InScope(PairScope scope, uint32_t left_site, uint32_t right_site) {
  return scope == PairScope::kAll || (left_site == right_site) == (scope == PairScope::kWithinSite);
}

// A record as a member of a group: a person, an entity, or both.
struct GroupMember {
  uint64_t group;
  uint32_t site;
};

// Counts the pairs in scope whose records share a group. Computed from the groups' sizes per site,
// so that a group of n records costs n, not n²: O(n log n) in all.
uint64_t CountPairsWithinGroups(std::vector<GroupMember> members, PairScope scope);

}  // namespace blindlink
