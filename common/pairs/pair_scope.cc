#include "common/pairs/pair_scope.h"

#include <algorithm>
#include <tuple>

namespace blindlink {
namespace {

uint64_t PairsOf(uint64_t records) { return records < 2 ? 0 : records * (records - 1) / 2; }

}  // namespace

absl::string_view NameOf(PairScope scope) {
  switch (scope) {
    case PairScope::kCrossSite:
      return "cross-site";
    case PairScope::kWithinSite:
      return "within-site";
    case PairScope::kAll:
      return "all";
  }
  return "";
}

std::optional<PairScope> ParsePairScope(absl::string_view name) {
  for (const PairScope scope : {PairScope::kCrossSite, PairScope::kWithinSite, PairScope::kAll}) {
    if (NameOf(scope) == name) return scope;
  }
  return std::nullopt;
}

uint64_t CountPairsWithinGroups(std::vector<GroupMember> members, PairScope scope) {
  std::sort(members.begin(), members.end(), [](const GroupMember& a, const GroupMember& b) {
    return std::tie(a.group, a.site) < std::tie(b.group, b.site);
  });
  uint64_t all = 0;
  uint64_t within = 0;
  for (size_t at = 0; at < members.size();) {
    const size_t group_start = at;
    while (at < members.size() && members[at].group == members[group_start].group) {
      const size_t site_start = at;
      while (at < members.size() && members[at].group == members[site_start].group &&
             members[at].site == members[site_start].site) {
        ++at;
      }
      within += PairsOf(at - site_start);
    }
    all += PairsOf(at - group_start);
  }
  switch (scope) {
    case PairScope::kCrossSite:
      return all - within;
    case PairScope::kWithinSite:
      return within;
    case PairScope::kAll:
      return all;
  }
  return 0;
}

}  // namespace blindlink
