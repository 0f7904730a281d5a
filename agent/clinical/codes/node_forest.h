#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/code_rules.h"
#include "agent/clinical/codes/code_survey.h"

namespace blindlink::agent {

// The nodes of all sites' surveys of one system, with what is above and below each, and what a
// choice of nodes leaves to each of them. Groups need not be nested: a node is below another if
// some code has both and the other is coarser.
class NodeForest {
 public:
  NodeForest(const CodeBook& book, const CodeTarget& target,
             absl::Span<const SystemSurvey* const> sites);

  // What is released as a node under a choice: the codes below it that no chosen finer node takes.
  struct Rest {
    double rows = 0;
    std::vector<uint64_t> persons;  // at each site, at least
    std::vector<double> likely;     // at each site: as many persons as rows are left
    bool whole = true;              // no chosen node is below it
    uint64_t AtLeast() const;       // distinct persons over all sites
  };
  Rest RestOf(uint32_t node, const std::vector<bool>& chosen) const;

  size_t size() const { return nodes_.size(); }
  size_t sites() const { return sites_.size(); }
  uint64_t SitePersons(size_t site) const { return sites_[site]->persons; }
  // How many persons of a site have both, by its survey; 0 if it does not show.
  uint64_t Together(uint32_t a, uint32_t b, size_t site) const;
  uint64_t Persons(uint32_t node, size_t site) const { return nodes_[node].Persons(site); }
  const std::string& Name(uint32_t node) const { return nodes_[node].name; }
  const std::string& Level(uint32_t node) const { return nodes_[node].level; }
  absl::Span<const uint32_t> Above(uint32_t node) const { return nodes_[node].above; }
  double all_rows() const { return all_rows_; }

 private:
  struct Node {
    std::string name;
    std::string level;
    double rows = 0;
    std::vector<const SystemSurvey::Node*> at_site;  // null: not shown
    std::vector<uint32_t> above;
    std::vector<uint32_t> below;
    uint64_t Persons(size_t site) const {
      return at_site[site] == nullptr ? 0 : at_site[site]->persons;
    }
  };
  void AddNodes();
  void Connect(const CodeBook& book, const CodeTarget& target);
  uint64_t PersonsLeft(const Node& node, size_t site, const std::vector<uint32_t>& taken,
                       const std::vector<uint32_t>& tops, const std::vector<uint32_t>& free) const;

  const std::vector<const SystemSurvey*> sites_;
  std::vector<Node> nodes_;
  absl::flat_hash_map<std::string, uint32_t> ids_;
  double all_rows_ = 0;
};

}  // namespace blindlink::agent
