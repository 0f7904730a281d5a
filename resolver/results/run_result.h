#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/result_service.pb.h"
#include "common/plan/plan.h"
#include "resolver/index/index_key.h"
#include "resolver/results/entity_rows.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// A finished run's result, read from disk on demand. Immutable; thread-safe.
class RunResult {
 public:
  // The rows that will be read. Opening for rows reads and checks the files that they need.
  enum class Rows : uint8_t { kNone, kPairs, kEntities, kAll };

  // `key` must outlive the result. DATA_LOSS, which names the run and says what to do, if the files
  // that `rows` needs are not byte for byte those that the run wrote, or if a file has another
  // size. Runs of earlier releases have no digests: Info() then has a note, and only the sizes and
  // the bounds of each row are checked.
  static absl::StatusOr<std::shared_ptr<const RunResult>> Open(const std::filesystem::path& folder,
                                                               storage::v1::StoredRun run,
                                                               Plan plan, const IndexKey& key,
                                                               Rows rows = Rows::kAll);

  const std::string& run() const { return run_.run().run(); }
  v1::ResultInfo Info() const;
  uint64_t pair_count() const { return pairs_->rows(); }
  // The rows of the entity map. Under a plan with fakes it has only records whose entity has
  // another one: the resolver cannot tell fakes from others that are alone.
  uint64_t entity_row_count() const {
    return listed_ == nullptr ? entities_->rows() : listed_->rows();
  }

  // Appends at most `count` rows from `first` on. DATA_LOSS at a row that no run writes.
  absl::Status AppendPairs(uint64_t first, uint64_t count, v1::MatchPairChunk* chunk) const;
  absl::Status AppendEntities(uint64_t first, uint64_t count, v1::EntityChunk* chunk) const;

  // A site's records are those of the ranks [first, end).
  struct RowRange {
    uint64_t first;
    uint64_t end;
  };
  // Empty if the run has no record of the site.
  absl::StatusOr<RowRange> RowsOf(absl::string_view site) const;
  absl::Status AppendShiftSeeds(uint64_t first, uint64_t count, v1::ShiftSeedChunk* chunk) const;

  // Small counts are suppressed (small_overlaps.h).
  v1::OverlapResponse Overlap() const;
  // The counts as they are.
  std::vector<v1::OverlapCell> ExactOverlap() const;

  // The rows themselves, for whoever gives them other ids: at most `count` from `first` on, with
  // the same errors.
  absl::StatusOr<std::vector<PairRow>> Pairs(uint64_t first, uint64_t count) const;
  struct Member {
    RecordRow record;
    EntityId entity;
  };
  absl::StatusOr<std::vector<Member>> Members(uint64_t first, uint64_t count) const;
  absl::StatusOr<RecordRow> RecordAt(uint64_t rank) const;
  // By the numbers in RecordRow.
  const std::string& SiteAt(uint16_t site) const { return run_.sites(site); }
  // Sets level and rule of a row of Pairs().
  void SetRule(const PairRow& row, v1::MatchPair* pair) const;
  // Whether the run has this record.
  absl::StatusOr<bool> Has(absl::string_view site, const RecordPseudonym& record) const;

  // Cells under 11, the smallest size US federal data releases commonly allow.
  static constexpr uint32_t kSuppressedUpTo = 10;

 private:
  RunResult(storage::v1::StoredRun run, Plan plan, const IndexKey& key)
      : run_(std::move(run)), plan_(std::move(plan)), key_(key) {}

  absl::Status CheckFiles(Rows rows) const;
  // Reads which entities hold a link that people made.
  absl::Status ReadDecided(const std::filesystem::path& folder);
  absl::Status CheckPair(const PairRow& row) const;
  absl::Status AppendPair(const PairRow& row, v1::MatchPairChunk* chunk) const;
  // A record, and its entity: the id if the run has ids of its own, and the first record.
  struct Membership {
    RecordRow record;
    RecordRow first_record;
    EntityId id;
    bool by_decision = false;  // people linked two of the entity's records
  };
  EntityId EntityOf(const Membership& membership) const;
  absl::StatusOr<std::vector<Membership>> Memberships(uint64_t first, uint64_t count) const;
  // The same for rows of the entity map.
  absl::StatusOr<std::vector<Membership>> ListedMemberships(uint64_t first, uint64_t count) const;

  const storage::v1::StoredRun run_;
  const Plan plan_;
  const IndexKey& key_;
  std::unique_ptr<RowFileReader<RecordRow>> records_;
  std::unique_ptr<RowFileReader<PairRow>> pairs_;
  std::unique_ptr<RowFileReader<EntityRow>> entities_;
  std::unique_ptr<RowFileReader<ListedRow>> listed_;  // null if the entity map has all records
  std::unique_ptr<RowFileReader<EntityIdRow>> ids_;   // null: an earlier release made the run
  std::set<uint32_t> by_decision_;                    // entities, by their first rank
};

}  // namespace blindlink::resolver
