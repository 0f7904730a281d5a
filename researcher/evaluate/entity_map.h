#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/pairs/record_table.h"

namespace blindlink::researcher {

// An entity map: which records were resolved to one person. Any two records of an entity form an
// implied pair.
struct EntityMapFile {
  struct Member {
    uint32_t entity;
    uint32_t record;
  };

  // Reads a CSV file with the columns entity, site, record. A duplicate record with the same entity
  // is kept once; with two entities it is INVALID_ARGUMENT. Errors as RequiredFields.
  static absl::StatusOr<EntityMapFile> Read(const std::string& path, RecordTable* records);

  std::optional<uint32_t> EntityOf(uint32_t record) const;

  std::vector<Member> members;
  std::vector<uint32_t> entity_of;  // by record; UINT32_MAX: no entity
  uint32_t entities = 0;
  uint64_t rows = 0;
  uint64_t duplicates = 0;
};

}  // namespace blindlink::researcher
