#include "resolver/review/link_conflicts.h"

#include <algorithm>
#include <deque>
#include <map>

namespace blindlink::resolver {
namespace {

using Neighbours = std::map<NamedRecord, std::vector<NamedRecord>>;

NamedPair InOrder(const NamedRecord& a, const NamedRecord& b) {
  return a < b ? NamedPair{a, b} : NamedPair{b, a};
}

// A shortest way from one record to another, empty if there is none.
std::vector<NamedPair> FindWay(const Neighbours& links, const NamedRecord& from,
                               const NamedRecord& to) {
  std::map<NamedRecord, NamedRecord> came_from = {{from, from}};
  std::deque<NamedRecord> next = {from};
  while (!next.empty() && !came_from.contains(to)) {
    const NamedRecord record = next.front();
    next.pop_front();
    const auto found = links.find(record);
    if (found == links.end()) continue;
    for (const NamedRecord& neighbour : found->second) {
      if (came_from.emplace(neighbour, record).second) next.push_back(neighbour);
    }
  }
  std::vector<NamedPair> way;
  if (!came_from.contains(to)) return way;
  for (NamedRecord at = to; !(at == from);) {
    const NamedRecord& before = came_from.at(at);
    way.push_back(InOrder(before, at));
    at = before;
  }
  std::reverse(way.begin(), way.end());
  return way;
}

}  // namespace

std::vector<LinkConflict> FindConflicts(absl::Span<const NamedDecision> decisions) {
  Neighbours links;
  std::vector<NamedPair> apart;
  for (const NamedDecision& decision : decisions) {
    if (!decision.is_link) {
      apart.push_back(InOrder(decision.left, decision.right));
      continue;
    }
    links[decision.left].push_back(decision.right);
    links[decision.right].push_back(decision.left);
  }
  for (auto& [record, neighbours] : links) std::sort(neighbours.begin(), neighbours.end());
  std::sort(apart.begin(), apart.end());
  std::vector<LinkConflict> conflicts;
  for (const NamedPair& pair : apart) {
    std::vector<NamedPair> way = FindWay(links, pair.left, pair.right);
    if (!way.empty()) conflicts.push_back({pair, std::move(way)});
  }
  return conflicts;
}

}  // namespace blindlink::resolver
