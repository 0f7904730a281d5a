#include "agent/clinical/codes/node_forest.h"

#include <algorithm>
#include <map>

namespace blindlink::agent {
namespace {

void AddOnce(uint32_t node, std::vector<uint32_t>* nodes) {
  if (std::find(nodes->begin(), nodes->end(), node) == nodes->end()) nodes->push_back(node);
}

}  // namespace

uint64_t NodeForest::Rest::AtLeast() const {
  return persons.empty() ? 0 : *std::max_element(persons.begin(), persons.end());
}

NodeForest::NodeForest(const CodeBook& book, const CodeTarget& target,
                       absl::Span<const SystemSurvey* const> sites)
    : sites_(sites.begin(), sites.end()) {
  AddNodes();
  Connect(book, target);
}

void NodeForest::AddNodes() {
  // Ordered by name, so that the order of the surveys has no effect.
  std::map<std::string, std::string> levels;
  for (const SystemSurvey* const site : sites_) {
    for (const auto& [name, counts] : site->nodes) levels[name] = counts.level;
  }
  for (const auto& [name, level] : levels) {
    ids_[name] = static_cast<uint32_t>(nodes_.size());
    Node& node = nodes_.emplace_back();
    node.name = name;
    node.level = level;
    node.at_site.resize(sites_.size(), nullptr);
  }
  for (size_t site = 0; site < sites_.size(); ++site) {
    all_rows_ += static_cast<double>(sites_[site]->rows);
    for (const auto& [name, counts] : sites_[site]->nodes) {
      Node& node = nodes_[ids_.at(name)];
      node.at_site[site] = &counts;
      node.rows += static_cast<double>(counts.rows);
    }
  }
}

void NodeForest::Connect(const CodeBook& book, const CodeTarget& target) {
  std::vector<std::string> codes = book.Codes(target.system);
  for (const Node& node : nodes_) codes.push_back(node.name);
  for (const std::string& code : codes) {
    std::vector<uint32_t> ladder;
    for (const CodeRung& rung : book.Ladder(target.system, code, target.levels)) {
      const auto found = ids_.find(rung.code);
      if (found != ids_.end()) ladder.push_back(found->second);
    }
    for (size_t i = 0; i < ladder.size(); ++i) {
      for (size_t j = i + 1; j < ladder.size(); ++j) {
        AddOnce(ladder[j], &nodes_[ladder[i]].above);
        AddOnce(ladder[i], &nodes_[ladder[j]].below);
      }
    }
  }
}

uint64_t NodeForest::Together(uint32_t a, uint32_t b, size_t site) const {
  const SystemSurvey::Node* const of_a = nodes_[a].at_site[site];
  const SystemSurvey::Node* const of_b = nodes_[b].at_site[site];
  if (of_a == nullptr || of_b == nullptr) return 0;
  const auto& pairs = sites_[site]->pairs;
  const auto found = pairs.find(SystemSurvey::PairKey(of_a->number, of_b->number));
  return found == pairs.end() ? 0 : found->second;
}

uint64_t NodeForest::PersonsLeft(const Node& node, size_t site, const std::vector<uint32_t>& taken,
                                 const std::vector<uint32_t>& tops,
                                 const std::vector<uint32_t>& free) const {
  if (node.at_site[site] == nullptr) return 0;
  // A node that the site does not show may take some of what it counts as the rest.
  const bool all_shown = std::all_of(taken.begin(), taken.end(), [&](uint32_t below) {
    return nodes_[below].at_site[site] != nullptr;
  });
  uint64_t least = all_shown ? node.at_site[site]->rest : 0;
  for (const uint32_t below : free) least = std::max(least, nodes_[below].Persons(site));
  // Counts are rounded down, and one that is not shown may be nearly a cell.
  uint64_t gone = 0;
  for (const uint32_t top : tops) gone += nodes_[top].Persons(site) + kMinCell - 1;
  const uint64_t persons = node.Persons(site);
  return std::max(least, persons > gone ? persons - gone : 0);
}

NodeForest::Rest NodeForest::RestOf(uint32_t id, const std::vector<bool>& chosen) const {
  const Node& node = nodes_[id];
  std::vector<uint32_t> taken;
  for (const uint32_t below : node.below) {
    if (chosen[below]) taken.push_back(below);
  }
  Rest rest;
  rest.rows = node.rows;
  rest.whole = taken.empty();
  for (size_t s = 0; s < sites_.size(); ++s) {
    rest.persons.push_back(node.Persons(s));
    rest.likely.push_back(static_cast<double>(node.Persons(s)));
  }
  if (taken.empty()) return rest;
  std::vector<bool> is_taken(nodes_.size());
  std::vector<bool> is_above_taken(nodes_.size());
  for (const uint32_t below : taken) {
    is_taken[below] = true;
    for (const uint32_t above : nodes_[below].above) is_above_taken[above] = true;
  }
  const auto is_covered = [&](uint32_t below) {
    const std::vector<uint32_t>& above = nodes_[below].above;
    return std::any_of(above.begin(), above.end(), [&](uint32_t one) { return is_taken[one]; });
  };
  std::vector<uint32_t> tops;  // of those taken
  for (const uint32_t below : taken) {
    if (is_covered(below)) continue;
    tops.push_back(below);
    rest.rows -= nodes_[below].rows;
  }
  std::vector<uint32_t> free;  // below it, and untouched
  for (const uint32_t below : node.below) {
    if (!is_taken[below] && !is_above_taken[below] && !is_covered(below)) free.push_back(below);
  }
  rest.rows = std::max(rest.rows, 0.0);
  for (size_t s = 0; s < sites_.size(); ++s) {
    rest.persons[s] = PersonsLeft(node, s, taken, tops, free);
    const double share = node.rows > 0 ? rest.rows / node.rows : 0;
    rest.likely[s] = std::max(static_cast<double>(rest.persons[s]), rest.likely[s] * share);
  }
  return rest;
}

}  // namespace blindlink::agent
