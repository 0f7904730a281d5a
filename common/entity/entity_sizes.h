#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace blindlink {

// How many records an entity has, and of how many sites.
struct EntityShape {
  uint32_t records = 0;
  uint32_t sites = 0;
  // The natural log of the number of orders that the records of each site can stand in.
  double log_orders = 0;
};

// What the sizes of a run's entities say about joining two more: where hardly any person has three
// records, two of a person's make a third unlikely, whatever it shares with them; where persons
// have many, likely. The weight of an entity is how many persons have as many records of as many
// sites, shared among the choices of sites, times the orders of its records: the probability of a
// partition whose persons are drawn independently (Zanella et al. 2016, microclustering). If each
// site has a person or not independently of the others, no join is more likely than another.
// Not thread-safe.
class EntitySizes {
 public:
  // `within_site`: records of one site are compared with each other too.
  EntitySizes(size_t sites, bool within_site) : sites_(sites), within_site_(within_site) {}

  void Count(const EntityShape& entity, uint64_t entities) {
    counts_[{entity.records, entity.sites}] += entities;
  }

  // By how much (natural log) the odds that two entities are one person differ from those of two
  // single records, which the score takes into account already.
  double GainOfJoining(const EntityShape& left, const EntityShape& right,
                       const EntityShape& joined) const;

 private:
  double LogWeight(uint32_t records, uint32_t sites) const;
  double LogWeight(const EntityShape& entity) const {
    return LogWeight(entity.records, entity.sites) + entity.log_orders;
  }
  // The usual weight of two records together, against that of two apart.
  double GainOfAPair() const;

  const size_t sites_;
  const bool within_site_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, uint64_t> counts_;  // by records, sites
};

}  // namespace blindlink
