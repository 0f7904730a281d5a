#include "resolver/entities/entity_register.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"
#include "resolver/entities/entity_naming.h"
#include "resolver/results/record_merge.h"
#include "resolver/results/result_files.h"
#include "resolver/results/row_cursor.h"
#include "resolver/results/row_file.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kRegisterFile[] = "register.pb";
constexpr char kRemedy[] =
    "restore it from a backup, or remove the folder: all entities get new ids";

// A record and the id of its entity, in the order of site and pseudonym.
struct RegisterRow {
  static constexpr size_t kSize = RecordRow::kSize + EntityIdRow::kSize;
  RecordRow record;
  EntityIdRow entity;
  bool left_before = false;  // the newest run over all pairs did not have the record any more

  void Encode(uint8_t* out) const {
    RecordRow marked = record;
    if (left_before) marked.site |= kLeftBefore;
    marked.Encode(out);
    entity.Encode(out + RecordRow::kSize);
  }
  static RegisterRow Decode(const uint8_t* in) {
    RegisterRow row{RecordRow::Decode(in), EntityIdRow::Decode(in + RecordRow::kSize)};
    row.left_before = (row.record.site & kLeftBefore) != 0;
    row.record.site &= kLeftBefore - 1;
    return row;
  }

 private:
  // In the site, of which a project has at most 1000.
  static constexpr uint16_t kLeftBefore = 0x8000;
};

// The register's file, or none if the register is empty.
absl::StatusOr<std::unique_ptr<RowFileReader<RegisterRow>>> OpenRows(
    const std::filesystem::path& folder, const storage::v1::StoredEntityRegister& stored) {
  if (stored.file().empty()) return nullptr;
  BL_ASSIGN_OR_RETURN(auto rows, RowFileReader<RegisterRow>::Open(folder / stored.file()));
  BL_ASSIGN_OR_RETURN(const Sha256Digest digest, rows->Digest());
  if (AsView(digest) != stored.sha256() || rows->bytes() % RegisterRow::kSize != 0) {
    return absl::DataLossError(absl::StrCat("the register of entity ids, ",
                                            (folder / stored.file()).string(),
                                            ", is not as it was written: ", kRemedy));
  }
  return rows;
}

absl::StatusOr<std::set<EntityId>> LostRecords(const storage::v1::StoredEntityRegister& stored) {
  std::set<EntityId> lost;
  for (const std::string& id : stored.lost_records()) {
    if (id.size() != EntityId::kSize) {
      return absl::DataLossError(absl::StrCat("the register of entity ids is damaged: ", kRemedy));
    }
    lost.insert(EntityId::FromBytes(reinterpret_cast<const uint8_t*>(id.data())));
  }
  return lost;
}

template <typename Row>
absl::Status WriteRows(const std::filesystem::path& folder, const char* name,
                       const std::vector<Row>& rows, storage::v1::StoredRun* run) {
  BL_ASSIGN_OR_RETURN(const auto writer,
                      RowFileWriter<Row>::Create(folder / name, WithDigest::kYes));
  for (const Row& row : rows) BL_RETURN_IF_ERROR(writer->Append(row));
  return FinishResultFile(name, writer.get(), run);
}

}  // namespace

// A new file of the register.
class EntityRegister::Writer {
 public:
  static absl::StatusOr<Writer> Create(const std::filesystem::path& folder, uint64_t run,
                                       Sites sites, bool turn) {
    BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
    Writer writer;
    writer.stored_.set_run(run);
    writer.stored_.mutable_sites()->Assign(sites.begin(), sites.end());
    writer.stored_.set_file(absl::StrCat("register-", run, turn ? "-b" : "-a", ".rows"));
    BL_ASSIGN_OR_RETURN(writer.rows_, RowFileWriter<RegisterRow>::Create(
                                          folder / writer.stored_.file(), WithDigest::kYes));
    return writer;
  }

  absl::Status Add(const RegisterRow& row) { return rows_->Append(row); }
  // Entities that have lost records which nothing names any more.
  void SetLost(const std::set<EntityId>& entities) {
    for (const EntityId& id : entities) stored_.add_lost_records(std::string(id.AsView()));
  }
  absl::StatusOr<storage::v1::StoredEntityRegister> Finish() {
    BL_RETURN_IF_ERROR(rows_->Finish());
    stored_.set_sha256(std::string(AsView(rows_->Digest())));
    return std::move(stored_);
  }

 private:
  storage::v1::StoredEntityRegister stored_;
  std::unique_ptr<RowFileWriter<RegisterRow>> rows_;
};

absl::StatusOr<std::unique_ptr<EntityRegister>> EntityRegister::Open(const Parts& parts) {
  std::unique_ptr<EntityRegister> entities(new EntityRegister(parts));
  const std::filesystem::path file = parts.folder / kRegisterFile;
  if (!std::filesystem::exists(file)) return entities;
  BL_RETURN_IF_ERROR(ReadStored(file, kRemedy, &entities->stored_));
  return entities;
}

uint64_t EntityRegister::run() const {
  const std::lock_guard lock(mutex_);
  return stored_.run();
}

absl::Status EntityRegister::Name(const std::filesystem::path& folder,
                                  storage::v1::StoredRun* run) const {
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(const auto known, OpenRows(parts_.folder, stored_));
  BL_ASSIGN_OR_RETURN(const auto records, RowFileReader<RecordRow>::Open(folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(const auto first, RowFileReader<EntityRow>::Open(folder / kEntitiesFile));
  EntitiesToName input;
  input.seed = run->entity_seed();
  input.former.resize(records->rows());
  RowCursor<EntityRow> entities(*first);
  while (true) {
    BL_ASSIGN_OR_RETURN(const EntityRow* const row, entities.Next());
    if (row == nullptr) break;
    input.first.push_back(row->first_record);
  }
  const Sites known_sites(stored_.sites().begin(), stored_.sites().end());
  const Sites sites(run->sites().begin(), run->sites().end());
  const auto look_up = [&](const MergedRecord<RegisterRow, RecordRow>& merged) {
    if (merged.left == nullptr) return absl::OkStatus();
    const EntityId& former = merged.left->entity.id;
    if (merged.right != nullptr) {
      input.former[merged.right_number] = former;
    } else if (!merged.left->left_before) {
      input.lost_records.insert(former);
    }
    return absl::OkStatus();
  };
  BL_ASSIGN_OR_RETURN(const std::set<EntityId> forgotten, LostRecords(stored_));
  input.lost_records.insert(forgotten.begin(), forgotten.end());
  const SortedRecords<RegisterRow> known_rows{known.get(), known_sites};
  const SortedRecords<RecordRow> run_rows{records.get(), sites};
  BL_RETURN_IF_ERROR(MergeRecords(known_rows, run_rows, look_up));
  BL_ASSIGN_OR_RETURN(NamedEntities named, NameEntities(std::move(input), folder, parts_.limits));
  if (run->of_some_records()) named.events.clear();
  std::vector<EntityIdRow> ids(named.ids.size());
  std::transform(named.ids.begin(), named.ids.end(), ids.begin(),
                 [](const EntityId& id) { return EntityIdRow{id}; });
  BL_RETURN_IF_ERROR(WriteRows(folder, kEntityIdsFile, ids, run));
  const auto merged = std::count_if(named.events.begin(), named.events.end(),
                                    [](const EntityEventRow& event) { return event.merged; });
  v1::RunSummary& summary = *run->mutable_run()->mutable_summary();
  summary.set_entities_merged(static_cast<uint64_t>(merged));
  summary.set_entities_split(named.events.size() - static_cast<uint64_t>(merged));
  return WriteRows(folder, kEntityEventsFile, named.events, run);
}

absl::Status EntityRegister::Take(uint64_t number, const std::filesystem::path& folder,
                                  const storage::v1::StoredRun& run) {
  const std::lock_guard lock(mutex_);
  if (number <= stored_.run()) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const auto known, OpenRows(parts_.folder, stored_));
  BL_ASSIGN_OR_RETURN(const auto records, RowFileReader<RecordRow>::Open(folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(const auto ids, RowFileReader<EntityIdRow>::Open(folder / kEntityIdsFile));
  BL_RETURN_IF_ERROR(CheckResultFile(run, kRecordsFile, *records, /*with_digest=*/true));
  BL_RETURN_IF_ERROR(CheckResultFile(run, kEntityIdsFile, *ids, /*with_digest=*/true));
  const Sites known_sites(stored_.sites().begin(), stored_.sites().end());
  const Sites sites(run.sites().begin(), run.sites().end());
  const Sites all = UnionOf(known_sites, sites);
  BL_ASSIGN_OR_RETURN(Writer writer, Writer::Create(parts_.folder, number, all, /*turn=*/false));
  RowCursor<EntityIdRow> id_of_rank(*ids);
  // A run of some records has no events: what is gone is left for the next one to say.
  const bool of_some = run.of_some_records();
  if (of_some) {
    BL_ASSIGN_OR_RETURN(const std::set<EntityId> forgotten, LostRecords(stored_));
    writer.SetLost(forgotten);
  }
  const auto add = [&](const MergedRecord<RegisterRow, RecordRow>& merged) -> absl::Status {
    RegisterRow next{merged.record, {}};
    if (merged.left != nullptr) {
      next.entity = merged.left->entity;
      next.left_before = merged.left->left_before || !of_some;
    }
    if (merged.right == nullptr) return writer.Add(next);
    BL_ASSIGN_OR_RETURN(const EntityIdRow* const row, id_of_rank.Next());
    if (row == nullptr) return ResultIsDamaged(run, "a record has no entity id");
    if (merged.left == nullptr || !of_some) next = {merged.record, *row};
    return writer.Add(next);
  };
  const SortedRecords<RegisterRow> known_rows{known.get(), known_sites};
  const SortedRecords<RecordRow> run_rows{records.get(), sites};
  BL_RETURN_IF_ERROR(MergeRecords(known_rows, run_rows, add));
  BL_ASSIGN_OR_RETURN(storage::v1::StoredEntityRegister stored, writer.Finish());
  return Replace(std::move(stored));
}

absl::Status EntityRegister::Forget(const std::string& site,
                                    const absl::flat_hash_set<RecordPseudonym>& records) {
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(const auto known, OpenRows(parts_.folder, stored_));
  const auto found = std::find(stored_.sites().begin(), stored_.sites().end(), site);
  if (known == nullptr || found == stored_.sites().end()) return absl::OkStatus();
  const auto number = static_cast<uint16_t>(found - stored_.sites().begin());
  const bool turn = stored_.file().find("-a.") != std::string::npos;
  BL_ASSIGN_OR_RETURN(Writer writer,
                      Writer::Create(parts_.folder, stored_.run(),
                                     {stored_.sites().begin(), stored_.sites().end()}, turn));
  BL_ASSIGN_OR_RETURN(std::set<EntityId> lost, LostRecords(stored_));
  RowCursor<RegisterRow> rows(*known);
  while (true) {
    BL_ASSIGN_OR_RETURN(const RegisterRow* const row, rows.Next());
    if (row == nullptr) break;
    if (row->record.site != number || !records.contains(row->record.record)) {
      BL_RETURN_IF_ERROR(writer.Add(*row));
    } else if (!row->left_before) {
      lost.insert(row->entity.id);
    }
  }
  writer.SetLost(lost);
  BL_ASSIGN_OR_RETURN(storage::v1::StoredEntityRegister stored, writer.Finish());
  return Replace(std::move(stored));
}

absl::Status EntityRegister::Replace(storage::v1::StoredEntityRegister stored) {
  BL_RETURN_IF_ERROR(WriteStored(parts_.folder / kRegisterFile, stored));
  stored_ = std::move(stored);
  // Also what an interrupted writer left.
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(parts_.folder, ignored)) {
    const std::string name = entry.path().filename();
    if (name == kRegisterFile || name == stored_.file()) continue;
    std::filesystem::remove(entry.path(), ignored);
  }
  return SyncFolder(parts_.folder);
}

}  // namespace blindlink::resolver
