#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/token_audit/name_list.h"
#include "agent/token_audit/site_truth.h"
#include "common/token_audit/token_audit.h"

namespace blindlink::agent {

// How well an attacker names the records' values by setting the sizes of the classes, in their
// order, against a list of how common values are.
struct Naming {
  std::string name;  // of the way of joining
  size_t target = 0;
  uint64_t with_value = 0;  // records
  // Of these, rightly named by calling every record by the commonest value of the list.
  uint64_t guessed = 0;
  // Rightly named if the attacker gives the k largest classes the k commonest values and guesses
  // the rest, for the k at which this is most: nobody who names by rank does better.
  uint64_t named = 0;
  size_t classes_named = 0;  // that k
  // Of the records in the 50 largest classes, the share that have their class's commonest value: 1
  // if each class is of one value.
  double purity = 0;
  // With how many records a record of the commonest value is joined, on average (percolation).
  double strangers_of_commonest = 0;
  std::vector<bool> right;  // by record: named rightly, at that k

  // Of the records with a value.
  double ShareGuessed() const { return ShareOf(guessed); }
  double ShareNamed() const { return ShareOf(named); }

 private:
  double ShareOf(uint64_t count) const {
    return with_value == 0 ? 0 : static_cast<double>(count) / static_cast<double>(with_value);
  }
};

// Public lists, by index into LinkagePlan.fields.
using NameLists = std::map<size_t, NameList>;

// Names the values of the way with this index. Without a list of its field the attacker knows how
// common the values are at this very site. `truth`: of the records of the audit.
Naming NameClasses(TokenAudit& audit, size_t way, SiteTruth& truth, const NameLists& lists = {});
// All ways, in the order of ChainLayout::ways().
std::vector<Naming> NameByAllWays(TokenAudit& audit, SiteTruth& truth, const NameLists& lists = {});

// The best way of each target, in the order of targets.
std::vector<Naming> BestOfEachTarget(std::vector<Naming> namings);

// The share of records with two values both of which are named rightly, and what guessing the
// commonest of both gives.
struct NamingOfTwo {
  double named = 0;
  double guessed = 0;
};
NamingOfTwo NameBoth(const Naming& first, const ValueColumn& first_values, const Naming& second,
                     const ValueColumn& second_values);

}  // namespace blindlink::agent
