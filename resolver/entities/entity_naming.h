#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "common/base/bytes16.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/results/entity_rows.h"

namespace blindlink::resolver {

// What is known of a run's records when its entities get their ids. Records by rank.
struct EntitiesToName {
  std::vector<uint32_t> first;  // the lowest rank of the record's entity
  std::vector<EntityId>
      former;  // the id that the record's entity had in the runs before; zero: none
  // Ids of entities that had records in the run before which are not in this one.
  absl::flat_hash_set<EntityId> lost_records;
  std::string seed;  // 32 random bytes: the ids of new entities are made of them
};

struct NamedEntities {
  std::vector<EntityId> ids;           // by rank
  std::vector<EntityEventRow> events;  // in their order
};

// Gives each entity an id. An id stays where most of its records are: among all pairs of a former
// id and an entity that has some of its records, the one with the most of them is served first, of
// equally many the one with the record of the lowest rank; an id goes to one entity, and an entity
// has one id. The remaining entities get new random ids. The result depends on the input alone.
// limits.memory_budget is for sorting; besides, 16 bytes per record. RESOURCE_EXHAUSTED (disk).
absl::StatusOr<NamedEntities> NameEntities(EntitiesToName input,
                                           const std::filesystem::path& temporary_folder,
                                           const WorkLimits& limits);

}  // namespace blindlink::resolver
