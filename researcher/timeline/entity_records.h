#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/bytes16.h"
#include "common/extsort/external_sorter.h"

namespace blindlink::researcher {

// A record of the entity map.
struct EntityRecord {
  uint32_t site;  // position in EntityRecords::sites()
  RecordPseudonym record;
  EntityId entity;

  friend bool operator==(const EntityRecord&, const EntityRecord&) = default;
  friend bool operator<(const EntityRecord& a, const EntityRecord& b) {
    return std::tie(a.site, a.record, a.entity) < std::tie(b.site, b.record, b.entity);
  }
};
static_assert(sizeof(EntityRecord) == 36);

// One site's part of the entity map, in the order of the records. Not thread-safe.
class SiteRecords {
 public:
  explicit SiteRecords(ExternalSorter<EntityRecord>* sorter) : sorter_(sorter) {}

  // The record that comes next; null at the end. Valid until Advance.
  const EntityRecord* current() const { return at_end_ ? nullptr : &current_; }
  // Call it once before current. INVALID_ARGUMENT if a record belongs to two entities.
  absl::Status Advance();

 private:
  ExternalSorter<EntityRecord>* sorter_;
  EntityRecord current_{};
  bool begun_ = false;
  bool at_end_ = false;
};

// An entity map (docs/formats/result_files.md), sorted by site and record outside memory.
class EntityRecords {
 public:
  // Reads the map. `sites` are those of the extracts; others that the map names follow them in
  // sites(). Uses about `memory` bytes, and `folder` for temporary files. INVALID_ARGUMENT, with
  // file and row, for an id that is not 32 hexadecimal digits.
  static absl::StatusOr<EntityRecords> Read(const std::string& path, std::vector<std::string> sites,
                                            const std::filesystem::path& folder, uint64_t memory);

  const std::vector<std::string>& sites() const { return sites_; }
  uint64_t records() const { return records_; }
  uint64_t entities() const { return entities_; }
  // The first entity of each block of kBlock entities.
  const std::vector<EntityId>& blocks() const { return blocks_; }

  // The records of a site of an extract.
  SiteRecords RecordsOf(size_t site) { return SiteRecords(sorters_[site].get()); }
  // The records of all sites without an extract.
  SiteRecords OtherRecords() { return SiteRecords(sorters_.back().get()); }

  static constexpr uint64_t kBlock = 256;

 private:
  using Sorter = ExternalSorter<EntityRecord>;

  EntityRecords() = default;
  absl::Status ReadRows(const std::string& path, ExternalSorter<EntityId>* entities);
  absl::Status CountEntities(ExternalSorter<EntityId>* entities);

  std::vector<std::string> sites_;
  std::vector<std::unique_ptr<Sorter>> sorters_;  // one for each extract, then one for the others
  std::vector<EntityId> blocks_;
  uint64_t records_ = 0;
  uint64_t entities_ = 0;
};

// `hex` as 16 bytes; false if it is not 32 hexadecimal digits.
bool ParseHex16(absl::string_view hex, uint8_t* out);

}  // namespace blindlink::researcher
