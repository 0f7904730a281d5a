#include "resolver/results/forget_records.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "resolver/results/entity_rows.h"
#include "resolver/results/faint_pairs.h"
#include "resolver/results/result_files.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_cursor.h"
#include "resolver/results/row_file.h"
#include "resolver/results/token_use_row.h"

namespace blindlink::resolver {
namespace {

constexpr char kNew[] = ".new";

// The ranks that go, in order, and what becomes of the others.
class Ranks {
 public:
  void AddGone(uint32_t rank) { gone_.push_back(rank); }
  uint64_t gone() const { return gone_.size(); }
  // The rank after the others have closed up; none if it goes.
  std::optional<uint32_t> After(uint32_t rank) const {
    const auto at = std::lower_bound(gone_.begin(), gone_.end(), rank);
    if (at != gone_.end() && *at == rank) return std::nullopt;
    return rank - static_cast<uint32_t>(at - gone_.begin());
  }

 private:
  std::vector<uint32_t> gone_;
};

// Writes the rows of a file that stay to a new one beside it. `change(Row*, number)` changes a row
// and says whether it stays. Returns how many do.
template <typename Row, typename Change>
absl::StatusOr<uint64_t> Filter(const std::filesystem::path& folder, const char* name,
                                storage::v1::StoredRun* run, Change change) {
  BL_ASSIGN_OR_RETURN(const auto file, RowFileReader<Row>::Open(folder / name));
  BL_RETURN_IF_ERROR(CheckResultFile(*run, name, *file, /*with_digest=*/true));
  BL_ASSIGN_OR_RETURN(const auto writer, RowFileWriter<Row>::Create(
                                             folder / absl::StrCat(name, kNew), WithDigest::kYes));
  RowCursor<Row> rows(*file);
  for (uint32_t number = 0;; ++number) {
    BL_ASSIGN_OR_RETURN(const Row* const row, rows.Next());
    if (row == nullptr) break;
    Row changed = *row;
    if (change(&changed, number)) BL_RETURN_IF_ERROR(writer->Append(changed));
  }
  BL_RETURN_IF_ERROR(writer->Finish());
  for (storage::v1::StoredResultFile& stored : *run->mutable_files()) {
    if (stored.name() != name) continue;
    stored.set_bytes(writer->rows() * Row::kSize);
    stored.set_sha256(std::string(AsView(writer->Digest())));
  }
  return writer->rows();
}

bool MovePair(const Ranks& ranks, uint32_t* left, uint32_t* right) {
  const std::optional<uint32_t> new_left = ranks.After(*left);
  const std::optional<uint32_t> new_right = ranks.After(*right);
  if (!new_left.has_value() || !new_right.has_value()) return false;
  *left = *new_left;
  *right = *new_right;
  return true;
}

absl::StatusOr<Ranks> FindRanks(const std::filesystem::path& folder, uint16_t site,
                                const absl::flat_hash_set<RecordPseudonym>& records) {
  BL_ASSIGN_OR_RETURN(const auto file, RowFileReader<RecordRow>::Open(folder / kRecordsFile));
  RowCursor<RecordRow> rows(*file);
  Ranks ranks;
  for (uint32_t rank = 0;; ++rank) {
    BL_ASSIGN_OR_RETURN(const RecordRow* const row, rows.Next());
    if (row == nullptr) return ranks;
    if (row->site == site && records.contains(row->record)) ranks.AddGone(rank);
  }
}

// If an entity's first record goes, the first of the others takes its place.
absl::Status FilterEntities(const std::filesystem::path& folder, const Ranks& ranks,
                            storage::v1::StoredRun* run) {
  absl::flat_hash_map<uint32_t, uint32_t> first_after;
  const auto move = [&](EntityRow* row, uint32_t rank) {
    const std::optional<uint32_t> own = ranks.After(rank);
    if (!own.has_value()) return false;
    const std::optional<uint32_t> first = ranks.After(row->first_record);
    const uint32_t instead =
        first.has_value() ? *first : first_after.emplace(row->first_record, *own).first->second;
    row->first_record = instead;
    return true;
  };
  return Filter<EntityRow>(folder, kEntitiesFile, run, move).status();
}

// The entity map has fewer records than the run under a plan with fakes.
absl::StatusOr<uint64_t> FilterListed(const std::filesystem::path& folder, const Ranks& ranks,
                                      storage::v1::StoredRun* run) {
  return Filter<ListedRow>(folder, kListedFile, run, [&](ListedRow* row, uint32_t) {
    const std::optional<uint32_t> after = ranks.After(row->rank);
    row->rank = after.value_or(0);
    return after.has_value();
  });
}

// The row of the generation stays.
absl::Status FilterTokenUses(const std::filesystem::path& folder, const HasLeft& has_left,
                             storage::v1::StoredRun* run) {
  absl::Status asked;
  const auto stays = [&](TokenUseRow* row, uint32_t number) {
    if (number == 0 || !asked.ok()) return true;
    const absl::StatusOr<bool> gone = has_left(row->token);
    asked = gone.status();
    return !gone.value_or(false);
  };
  BL_RETURN_IF_ERROR(Filter<TokenUseRow>(folder, kTokenUseFile, run, stays).status());
  return asked;
}

absl::Status FilterAll(const std::filesystem::path& folder, const Ranks& ranks,
                       const HasLeft& has_left, storage::v1::StoredRun* run) {
  const auto stays = [&](auto*, uint32_t rank) { return ranks.After(rank).has_value(); };
  v1::RunSummary& summary = *run->mutable_run()->mutable_summary();
  BL_ASSIGN_OR_RETURN(const uint64_t records, Filter<RecordRow>(folder, kRecordsFile, run, stays));
  run->set_entity_map_rows(records);
  if (std::filesystem::exists(folder / kListedFile)) {
    BL_ASSIGN_OR_RETURN(const uint64_t listed, FilterListed(folder, ranks, run));
    run->set_entity_map_rows(listed);
  }
  // Fakes are in the files, but not in the counts.
  summary.set_records(summary.records() - std::min(summary.records(), ranks.gone()));
  BL_ASSIGN_OR_RETURN(const uint64_t pairs,
                      Filter<PairRow>(folder, kPairsFile, run, [&](PairRow* row, uint32_t) {
                        return MovePair(ranks, &row->left, &row->right);
                      }));
  summary.set_match_pairs(pairs);
  BL_RETURN_IF_ERROR(FilterEntities(folder, ranks, run));
  if (std::filesystem::exists(folder / kConsideredFile)) {
    BL_RETURN_IF_ERROR(Filter<ConsideredPairRow>(folder, kConsideredFile, run,
                                                 [&](ConsideredPairRow* row, uint32_t) {
                                                   return MovePair(ranks, &row->pair.left,
                                                                   &row->pair.right);
                                                 })
                           .status());
  }
  if (std::filesystem::exists(folder / kDecidedFile)) {
    BL_RETURN_IF_ERROR(
        Filter<DecidedRow>(folder, kDecidedFile, run, [&](DecidedRow* row, uint32_t) {
          return MovePair(ranks, &row->left, &row->right);
        }).status());
  }
  if (std::filesystem::exists(folder / kFaintFile)) {
    BL_RETURN_IF_ERROR(
        Filter<ScoredPairRow>(folder, kFaintFile, run, [&](ScoredPairRow* row, uint32_t) {
          return MovePair(ranks, &row->left, &row->right);
        }).status());
  }
  if (std::filesystem::exists(folder / kTokenUseFile)) {
    BL_RETURN_IF_ERROR(FilterTokenUses(folder, has_left, run));
  }
  if (!std::filesystem::exists(folder / kEntityIdsFile)) return absl::OkStatus();
  return Filter<EntityIdRow>(folder, kEntityIdsFile, run, stays).status();
}

}  // namespace

absl::StatusOr<uint64_t> ForgetRecords(
    const std::filesystem::path& folder, const std::string& site,
    const absl::flat_hash_set<RecordPseudonym>& records, const HasLeft& has_left,
    storage::v1::StoredRun* run,
    const std::function<absl::Status(const storage::v1::StoredRun&)>& save) {
  const auto found = std::find(run->sites().begin(), run->sites().end(), site);
  if (found == run->sites().end()) return 0;
  const auto number = static_cast<uint16_t>(found - run->sites().begin());
  BL_ASSIGN_OR_RETURN(const Ranks ranks, FindRanks(folder, number, records));
  if (ranks.gone() == 0) return 0;
  storage::v1::StoredRun changed = *run;
  BL_RETURN_IF_ERROR(FilterAll(folder, ranks, has_left, &changed));
  changed.mutable_run()->set_withdrawn_records(run->run().withdrawn_records() + ranks.gone());
  changed.set_replacing_files(true);
  BL_RETURN_IF_ERROR(SyncFolder(folder));
  BL_RETURN_IF_ERROR(save(changed));
  *run = std::move(changed);
  BL_RETURN_IF_ERROR(FinishForgetting(folder, run, save));
  return ranks.gone();
}

absl::Status FinishForgetting(
    const std::filesystem::path& folder, storage::v1::StoredRun* run,
    const std::function<absl::Status(const storage::v1::StoredRun&)>& save) {
  std::vector<const char*> names(std::begin(kResultFiles), std::end(kResultFiles));
  names.push_back(kFaintFile);
  for (const char* name : names) {
    const std::filesystem::path file = folder / absl::StrCat(name, kNew);
    std::error_code error;
    if (!std::filesystem::exists(file, error)) continue;
    if (run->replacing_files()) {
      std::filesystem::rename(file, folder / name, error);
    } else {
      std::filesystem::remove(file, error);
    }
    if (error) return ErrnoStatus(error.value(), "replace", folder / name);
  }
  if (!run->replacing_files()) return absl::OkStatus();
  BL_RETURN_IF_ERROR(SyncFolder(folder));
  storage::v1::StoredRun changed = *run;
  changed.set_replacing_files(false);
  BL_RETURN_IF_ERROR(save(changed));
  *run = std::move(changed);
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
