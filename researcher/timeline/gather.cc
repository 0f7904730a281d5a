#include "researcher/timeline/gather.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"
#include "researcher/timeline/record_rows.h"

namespace blindlink::researcher {
namespace {

// The least record that has rows to come; null at the end of all tables.
const RecordPseudonym* NextRecord(const SiteTables& tables) {
  const RecordPseudonym* least = nullptr;
  for (const auto& table : tables) {
    const RecordPseudonym* record = table == nullptr ? nullptr : table->record();
    if (record != nullptr && (least == nullptr || *record < *least)) least = record;
  }
  return least;
}

// Takes the record's rows from every table.
absl::Status TakeRecord(const RecordPseudonym& record, SiteTables* tables, std::string* content) {
  content->clear();
  for (const auto& table : *tables) {
    if (table == nullptr || table->record() == nullptr || *table->record() != record) continue;
    const size_t before = content->size();
    BL_RETURN_IF_ERROR(AppendRows(
        table->table(), table->row(), [&](std::string* out) { return table->TakeRows(out); },
        content));
    if (content->size() - before > std::numeric_limits<uint32_t>::max()) {
      return absl::InvalidArgumentError(
          absl::StrCat(table->path(), " has more than 4 GiB of one record: it is no person's"));
    }
  }
  return absl::OkStatus();
}

uint64_t RowsRead(const SiteTables& tables) {
  uint64_t rows = 0;
  for (const auto& table : tables) rows += table == nullptr ? 0 : table->row() - 1;
  return rows;
}

absl::Status CheckLinked(const GatherCounts& counts, const Extract& extract) {
  if (counts.linked > 0 || counts.unlinked == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(extract.folder, ": the entity map has none of its records at site ",
                   extract.site, ": use the entity map of the same run"));
}

}  // namespace

absl::StatusOr<SiteTables> OpenTables(const Extract& extract) {
  SiteTables tables;
  for (size_t i = 0; i < kTables; ++i) {
    if (!extract.files[i].has_value()) continue;
    BL_ASSIGN_OR_RETURN(tables[i], TableReader::Open(static_cast<Table>(i), *extract.files[i]));
  }
  return tables;
}

absl::StatusOr<GatherCounts> GatherSite(uint32_t site, const Extract& extract, SiteTables* tables,
                                        SiteRecords known, PersonStore* store,
                                        const std::function<void(uint64_t)>& read) {
  GatherCounts counts;
  std::string content;
  uint64_t rows_read = 0;
  BL_RETURN_IF_ERROR(known.Advance());
  while (true) {
    const RecordPseudonym* with_rows = NextRecord(*tables);
    const EntityRecord* mapped = known.current();
    if (with_rows == nullptr && mapped == nullptr) break;
    ++counts.records;
    const bool in_map = mapped != nullptr && (with_rows == nullptr || mapped->record <= *with_rows);
    const RecordPseudonym record = in_map ? mapped->record : *with_rows;
    const bool in_extract = with_rows != nullptr && *with_rows == record;
    const EntityId entity = in_map ? mapped->entity : UnlinkedEntity(extract.site, record);
    BL_RETURN_IF_ERROR(TakeRecord(record, tables, &content));
    counts.linked += in_map && in_extract ? 1 : 0;
    counts.unlinked += in_map ? 0 : 1;
    BL_RETURN_IF_ERROR(store->Add({entity, site, record, content}));
    if (in_map) BL_RETURN_IF_ERROR(known.Advance());
    if (counts.records % 64 == 0)
      read(RowsRead(*tables) - std::exchange(rows_read, RowsRead(*tables)));
  }
  read(RowsRead(*tables) - rows_read);
  BL_RETURN_IF_ERROR(CheckLinked(counts, extract));
  return counts;
}

absl::Status GatherOthers(SiteRecords known, PersonStore* store) {
  BL_RETURN_IF_ERROR(known.Advance());
  while (known.current() != nullptr) {
    const EntityRecord& record = *known.current();
    BL_RETURN_IF_ERROR(store->Add({record.entity, record.site, record.record, {}}));
    BL_RETURN_IF_ERROR(known.Advance());
  }
  return absl::OkStatus();
}

EntityId UnlinkedEntity(absl::string_view site, const RecordPseudonym& record) {
  Sha256 digest;
  digest.Update("blindlink unlinked record");
  digest.Update(site);
  digest.Update(record.AsView());
  return EntityId::FromBytes(digest.Finish().data());
}

}  // namespace blindlink::researcher
