#include "resolver/entities/entity_changes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "resolver/results/entity_rows.h"
#include "resolver/results/record_merge.h"
#include "resolver/results/result_files.h"

namespace blindlink::resolver {
namespace {

bool HasFile(const storage::v1::StoredRun& run, const char* name) {
  return std::any_of(
      run.files().begin(), run.files().end(),
      [&](const storage::v1::StoredResultFile& file) { return file.name() == name; });
}

template <typename Row>
absl::StatusOr<std::unique_ptr<RowFileReader<Row>>> OpenChecked(const RunFiles& run,
                                                                const char* name) {
  BL_ASSIGN_OR_RETURN(auto rows, RowFileReader<Row>::Open(run.folder / name));
  BL_RETURN_IF_ERROR(CheckResultFile(run.run, name, *rows, /*with_digest=*/true));
  return rows;
}

using Handle = std::function<absl::Status(const v1::EntityChange&)>;

absl::Status HandleEvents(const RunFiles& run, const Handle& handle) {
  BL_ASSIGN_OR_RETURN(const auto rows, OpenChecked<EntityEventRow>(run, kEntityEventsFile));
  RowCursor<EntityEventRow> events(*rows);
  while (true) {
    BL_ASSIGN_OR_RETURN(const EntityEventRow* const event, events.Next());
    if (event == nullptr) return absl::OkStatus();
    v1::EntityChange change;
    change.set_kind(event->merged ? v1::ENTITIES_MERGED : v1::ENTITY_SPLIT);
    change.set_entity_before(std::string(event->before.AsView()));
    change.set_entity(std::string(event->entity.AsView()));
    change.set_records(event->records);
    change.set_run(run.run.run().run());
    change.set_unix_seconds(run.run.run().started_unix_seconds());
    change.set_cause(static_cast<v1::EntityChangeCause>(event->cause));
    BL_RETURN_IF_ERROR(handle(change));
  }
}

// The files of a run that say in which entity each record is.
struct EntityFiles {
  static absl::StatusOr<EntityFiles> Open(const RunFiles& run) {
    EntityFiles files;
    BL_ASSIGN_OR_RETURN(files.records, OpenChecked<RecordRow>(run, kRecordsFile));
    BL_ASSIGN_OR_RETURN(files.ids, OpenChecked<EntityIdRow>(run, kEntityIdsFile));
    if (HasFile(run.run, kListedFile)) {
      BL_ASSIGN_OR_RETURN(files.listed, OpenChecked<ListedRow>(run, kListedFile));
    }
    files.sites.assign(run.run.sites().begin(), run.run.sites().end());
    return files;
  }
  std::unique_ptr<RowFileReader<RecordRow>> records;
  std::unique_ptr<RowFileReader<EntityIdRow>> ids;
  std::unique_ptr<RowFileReader<ListedRow>> listed;  // null: the entity map has all records
  Sites sites;
};

// The entities of a run's records, one record after the other, as the entity map has them.
class MapCursor {
 public:
  explicit MapCursor(const EntityFiles& files) : ids_(*files.ids) {
    if (files.listed != nullptr) listed_.emplace(*files.listed);
  }

  // Null: the map does not have the record, whose rank this is. Valid until the next call.
  absl::StatusOr<const EntityIdRow*> Next(uint32_t rank) {
    BL_ASSIGN_OR_RETURN(const EntityIdRow* const id, ids_.Next());
    if (!listed_.has_value()) return id;
    BL_ASSIGN_OR_RETURN(const ListedRow* const next, listed_->Peek());
    if (next == nullptr || next->rank != rank) return nullptr;
    BL_RETURN_IF_ERROR(listed_->Next().status());
    return id;
  }

 private:
  RowCursor<EntityIdRow> ids_;
  std::optional<RowCursor<ListedRow>> listed_;
};

v1::EntityChangeKind KindOf(const EntityIdRow* before, const EntityIdRow* now) {
  if (before == nullptr) return v1::RECORD_ADDED;
  return now == nullptr ? v1::RECORD_LEFT : v1::RECORD_MOVED;
}

}  // namespace

absl::Status CheckHasEntityIds(const RunFiles& run) {
  if (!run.run.of_some_records() && HasFile(run.run, kEntityIdsFile)) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      run.run.run().run(),
      run.run.of_some_records() ? " is of some records only" : " was made by an earlier release",
      ": its entities cannot be compared with those of another run; fetch the whole entity map"));
}

absl::Status ForEachEntityChange(const RunFiles& older, const RunFiles& newer,
                                 const std::vector<RunFiles>& after, const Handle& handle) {
  for (const RunFiles& run : after) BL_RETURN_IF_ERROR(HandleEvents(run, handle));
  BL_ASSIGN_OR_RETURN(const EntityFiles before, EntityFiles::Open(older));
  BL_ASSIGN_OR_RETURN(const EntityFiles now, EntityFiles::Open(newer));
  const Sites all = UnionOf(before.sites, now.sites);
  MapCursor map_before(before);
  MapCursor map_now(now);
  const auto compare = [&](const MergedRecord<RecordRow, RecordRow>& merged) -> absl::Status {
    const EntityIdRow* was = nullptr;
    const EntityIdRow* is = nullptr;
    if (merged.left != nullptr) {
      BL_ASSIGN_OR_RETURN(was, map_before.Next(merged.left_number));
    }
    if (merged.right != nullptr) {
      BL_ASSIGN_OR_RETURN(is, map_now.Next(merged.right_number));
    }
    if (was == nullptr && is == nullptr) return absl::OkStatus();
    if (was != nullptr && is != nullptr && was->id == is->id) return absl::OkStatus();
    v1::EntityChange change;
    change.set_kind(KindOf(was, is));
    change.set_site(all[merged.record.site]);
    change.set_record(std::string(merged.record.record.AsView()));
    if (was != nullptr) change.set_entity_before(std::string(was->id.AsView()));
    if (is != nullptr) change.set_entity(std::string(is->id.AsView()));
    return handle(change);
  };
  return MergeRecords<RecordRow, RecordRow>({before.records.get(), before.sites},
                                            {now.records.get(), now.sites}, compare);
}

}  // namespace blindlink::resolver
