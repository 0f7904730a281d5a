#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "researcher/timeline/entity_records.h"
#include "researcher/timeline/extract.h"
#include "researcher/timeline/person_store.h"
#include "researcher/timeline/table_reader.h"

namespace blindlink::researcher {

// The readers of a site's tables; null where its extract has none.
using SiteTables = std::array<std::unique_ptr<TableReader>, kTables>;
absl::StatusOr<SiteTables> OpenTables(const Extract& extract);

// What one site contributes.
struct GatherCounts {
  uint64_t records = 0;   // of the entity map or the extract
  uint64_t linked = 0;    // in both
  uint64_t unlinked = 0;  // in the extract only
};

// Reads a site's extract and its part of the entity map side by side, and stores each record's rows
// with its entity; records without rows too. A record that the map lacks becomes a person of its
// own (UnlinkedEntity). `read` is told from time to time
// how many rows more were read. FAILED_PRECONDITION if the map has none of
// the extract's records; other errors are those of TableReader, SiteRecords and PersonStore.
absl::StatusOr<GatherCounts> GatherSite(uint32_t site, const Extract& extract, SiteTables* tables,
                                        SiteRecords known, PersonStore* store,
                                        const std::function<void(uint64_t)>& read);

// Stores the records of sites without an extract, so that their persons are not lost.
absl::Status GatherOthers(SiteRecords known, PersonStore* store);

// The entity of a record that the entity map lacks: the first 16 bytes of SHA-256 over
// "blindlink unlinked record", site and record.
EntityId UnlinkedEntity(absl::string_view site, const RecordPseudonym& record);

}  // namespace blindlink::researcher
