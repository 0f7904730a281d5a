#include "resolver/results/run_result.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/score/band.h"
#include "resolver/results/result_files.h"
#include "resolver/results/small_overlaps.h"

namespace blindlink::resolver {

namespace {

constexpr char kNoDigestsNote[] =
    "this run was made by an earlier release and its files have no digests: damage to them might "
    "go "
    "unnoticed; start another run to have them checked";

constexpr char kFakesNote[] =
    "the sites added fake records, which are in no pair and no entity; the entity map has no "
    "records that are alone, since fakes are among them, and counts do not count fakes";
constexpr char kWithdrawnNote[] =
    "records of this run were withdrawn since, and it cannot be fetched any more: another run "
    "makes "
    "the entities without them";

}  // namespace

absl::StatusOr<std::shared_ptr<const RunResult>> RunResult::Open(
    const std::filesystem::path& folder, storage::v1::StoredRun run, Plan plan, const IndexKey& key,
    Rows rows) {
  std::shared_ptr<RunResult> result(new RunResult(std::move(run), std::move(plan), key));
  BL_ASSIGN_OR_RETURN(result->records_, RowFileReader<RecordRow>::Open(folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(result->pairs_, RowFileReader<PairRow>::Open(folder / kPairsFile));
  BL_ASSIGN_OR_RETURN(result->entities_, RowFileReader<EntityRow>::Open(folder / kEntitiesFile));
  if (result->plan_.proto().fakes_per_1000_records() > 0) {
    BL_ASSIGN_OR_RETURN(result->listed_, RowFileReader<ListedRow>::Open(folder / kListedFile));
  }
  const auto& files = result->run_.files();
  if (std::any_of(files.begin(), files.end(),
                  [](const auto& file) { return file.name() == kEntityIdsFile; })) {
    BL_ASSIGN_OR_RETURN(result->ids_, RowFileReader<EntityIdRow>::Open(folder / kEntityIdsFile));
  }
  BL_RETURN_IF_ERROR(result->CheckFiles(rows));
  if (rows == Rows::kEntities || rows == Rows::kAll) {
    BL_RETURN_IF_ERROR(result->ReadDecided(folder));
  }
  return result;
}

absl::Status RunResult::ReadDecided(const std::filesystem::path& folder) {
  const auto& files = run_.files();
  const bool has_decisions = std::any_of(
      files.begin(), files.end(), [](const auto& file) { return file.name() == kDecidedFile; });
  if (!has_decisions) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const auto decided, RowFileReader<DecidedRow>::Open(folder / kDecidedFile));
  BL_RETURN_IF_ERROR(CheckResultFile(run_, kDecidedFile, *decided, /*with_digest=*/true));
  BL_ASSIGN_OR_RETURN(const std::vector<DecidedRow> rows, decided->Read(0, decided->rows()));
  for (const DecidedRow& row : rows) {
    if (row.effect != DecisionEffect::kLinkFollowed) continue;
    BL_ASSIGN_OR_RETURN(const EntityRow entity, entities_->ReadOne(row.left));
    by_decision_.insert(entity.first_record);
  }
  return absl::OkStatus();
}

absl::Status RunResult::CheckFiles(Rows rows) const {
  if (pairs_->rows() != run_.run().summary().match_pairs() ||
      entity_row_count() != run_.entity_map_rows() || records_->rows() != entities_->rows()) {
    return ResultIsDamaged(run_, "its files have another size");
  }
  BL_RETURN_IF_ERROR(CheckResultFile(run_, kRecordsFile, *records_, rows != Rows::kNone));
  BL_RETURN_IF_ERROR(
      CheckResultFile(run_, kPairsFile, *pairs_, rows == Rows::kPairs || rows == Rows::kAll));
  const bool reads_entities = rows == Rows::kEntities || rows == Rows::kAll;
  if (ids_ != nullptr) {
    if (ids_->rows() != records_->rows()) {
      return ResultIsDamaged(run_, "its files have another size");
    }
    BL_RETURN_IF_ERROR(CheckResultFile(run_, kEntityIdsFile, *ids_, reads_entities));
  }
  if (listed_ != nullptr) {
    BL_RETURN_IF_ERROR(CheckResultFile(run_, kListedFile, *listed_, reads_entities));
  }
  return CheckResultFile(run_, kEntitiesFile, *entities_, reads_entities);
}

EntityId RunResult::EntityOf(const Membership& membership) const {
  if (ids_ != nullptr) return membership.id;
  return key_.EntityIdOf(SiteAt(membership.first_record.site), membership.first_record.record);
}

v1::ResultInfo RunResult::Info() const {
  v1::ResultInfo info;
  info.set_project(run_.run().project());
  info.set_run(run_.run().run());
  info.set_plan_name(run_.run().plan_name());
  info.set_plan_digest(run_.run().plan_digest());
  *info.mutable_datasets() = run_.run().datasets();
  info.set_match_pairs(pair_count());
  info.set_entity_map_rows(entity_row_count());
  info.set_started_unix_seconds(run_.run().started_unix_seconds());
  info.set_rules_version(run_.rules_version());
  info.set_rules(absl::StrCat("plan ", HexEncode(run_.run().plan_digest()).substr(0, 12), "; ",
                              run_.release_rules()));
  if (run_.run().summary().has_score()) {
    *info.mutable_score() = run_.run().summary().score();
    info.mutable_score()->clear_levels();
  }
  if (run_.files().empty()) info.set_note(kNoDigestsNote);
  if (listed_ != nullptr) info.set_note(kFakesNote);
  if (run_.run().withdrawn_records() > 0) info.set_note(kWithdrawnNote);
  const v1::RunSummary& summary = run_.run().summary();
  v1::EntityReport& entities = *info.mutable_entities();
  *entities.mutable_sizes() = summary.entity_sizes();
  entities.set_refused_by_size(summary.joins_refused_by_size());
  entities.set_refused_as_weak(summary.joins_refused_as_weak());
  entities.set_refused_by_statement(summary.joins_refused_by_statement());
  entities.set_pairs_by_entity(summary.match_pairs_by_entity());
  return info;
}

absl::Status RunResult::CheckPair(const PairRow& row) const {
  const bool by_decision = row.rule == kDecidedRule;
  const bool by_band = !by_decision && row.rule >= kFirstBand;
  const size_t rules =
      by_band ? (plan_.proto().scoring().decision() == v1::BY_SCORE ? std::size(kBands) : 0)
              : static_cast<size_t>(plan_.proto().match_rules_size());
  const size_t rule = by_band ? size_t{row.rule} - kFirstBand : row.rule;
  if (row.left >= row.right || row.right >= records_->rows() || (rule >= rules && !by_decision) ||
      !(row.score >= 0 && row.score <= 1)) {
    return ResultIsDamaged(run_, "a pair names a record, a rule or a score that does not exist");
  }
  return absl::OkStatus();
}

absl::StatusOr<RecordRow> RunResult::RecordAt(uint64_t rank) const {
  BL_ASSIGN_OR_RETURN(const RecordRow record, records_->ReadOne(rank));
  if (record.site >= run_.sites_size()) {
    return ResultIsDamaged(run_, "a record names no site of the run");
  }
  return record;
}

void RunResult::SetRule(const PairRow& row, v1::MatchPair* pair) const {
  if (row.rule == kDecidedRule) {
    pair->set_level(v1::FULL);
    pair->set_rule(kDecidedRuleName);
  } else if (row.rule >= kFirstBand) {
    pair->set_level(v1::FULL);
    pair->set_rule(NameOf(static_cast<Band>(row.rule - kFirstBand)));
  } else {
    pair->set_level(plan_.proto().match_rules(row.rule).level());
    pair->set_rule(plan_.proto().match_rules(row.rule).name());
  }
}

absl::Status RunResult::AppendPair(const PairRow& row, v1::MatchPairChunk* chunk) const {
  BL_RETURN_IF_ERROR(CheckPair(row));
  BL_ASSIGN_OR_RETURN(const RecordRow left, RecordAt(row.left));
  BL_ASSIGN_OR_RETURN(const RecordRow right, RecordAt(row.right));
  v1::MatchPair& pair = *chunk->add_pairs();
  pair.set_left_site(run_.sites(left.site));
  pair.set_left_record(HexEncode(left.record.AsView()));
  pair.set_right_site(run_.sites(right.site));
  pair.set_right_record(HexEncode(right.record.AsView()));
  SetRule(row, &pair);
  pair.set_score(row.score);
  for (size_t i = 0; i < plan_.match_keys().size(); ++i) {
    if (row.match_keys[i]) pair.add_match_keys(plan_.match_keys()[i].name);
  }
  return absl::OkStatus();
}

absl::Status RunResult::AppendPairs(uint64_t first, uint64_t count,
                                    v1::MatchPairChunk* chunk) const {
  BL_ASSIGN_OR_RETURN(const std::vector<PairRow> rows, pairs_->Read(first, count));
  for (const PairRow& row : rows) BL_RETURN_IF_ERROR(AppendPair(row, chunk));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<PairRow>> RunResult::Pairs(uint64_t first, uint64_t count) const {
  BL_ASSIGN_OR_RETURN(std::vector<PairRow> rows, pairs_->Read(first, count));
  for (const PairRow& row : rows) BL_RETURN_IF_ERROR(CheckPair(row));
  return rows;
}

absl::StatusOr<std::vector<RunResult::Membership>> RunResult::Memberships(uint64_t first,
                                                                          uint64_t count) const {
  BL_ASSIGN_OR_RETURN(const std::vector<EntityRow> rows, entities_->Read(first, count));
  BL_ASSIGN_OR_RETURN(const std::vector<RecordRow> records, records_->Read(first, count));
  std::vector<EntityIdRow> ids(rows.size());
  if (ids_ != nullptr) {
    BL_ASSIGN_OR_RETURN(ids, ids_->Read(first, count));
  }
  std::vector<Membership> memberships;
  memberships.reserve(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].first_record > first + i || records[i].site >= run_.sites_size()) {
      return ResultIsDamaged(run_, "a record names an entity or a site that does not exist");
    }
    RecordRow named = records[i];
    if (rows[i].first_record != first + i) {
      BL_ASSIGN_OR_RETURN(named, RecordAt(rows[i].first_record));
    }
    memberships.push_back(
        {records[i], named, ids[i].id, by_decision_.contains(rows[i].first_record)});
  }
  return memberships;
}

absl::StatusOr<std::vector<RunResult::Membership>> RunResult::ListedMemberships(
    uint64_t first, uint64_t count) const {
  if (listed_ == nullptr) return Memberships(first, count);
  BL_ASSIGN_OR_RETURN(const std::vector<ListedRow> rows, listed_->Read(first, count));
  std::vector<Membership> memberships;
  memberships.reserve(rows.size());
  for (const ListedRow& row : rows) {
    BL_ASSIGN_OR_RETURN(const std::vector<Membership> one, Memberships(row.rank, 1));
    if (one.empty())
      return ResultIsDamaged(run_, "the entity map has a record that does not exist");
    memberships.push_back(one.front());
  }
  return memberships;
}

absl::Status RunResult::AppendEntities(uint64_t first, uint64_t count,
                                       v1::EntityChunk* chunk) const {
  BL_ASSIGN_OR_RETURN(const std::vector<Membership> memberships, ListedMemberships(first, count));
  for (const Membership& membership : memberships) {
    v1::EntityMember& member = *chunk->add_members();
    member.set_entity(HexEncode(EntityOf(membership).AsView()));
    member.set_site(run_.sites(membership.record.site));
    member.set_record(HexEncode(membership.record.record.AsView()));
    member.set_by_decision(membership.by_decision);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RunResult::Member>> RunResult::Members(uint64_t first,
                                                                  uint64_t count) const {
  BL_ASSIGN_OR_RETURN(const std::vector<Membership> memberships, ListedMemberships(first, count));
  std::vector<Member> members;
  members.reserve(memberships.size());
  for (const Membership& membership : memberships) {
    members.push_back({membership.record, EntityOf(membership)});
  }
  return members;
}

absl::StatusOr<RunResult::RowRange> RunResult::RowsOf(absl::string_view site) const {
  // Records are in the order of their sites' names.
  const auto first_not = [&](auto before) -> absl::StatusOr<uint64_t> {
    uint64_t low = 0;
    uint64_t high = records_->rows();
    while (low < high) {
      const uint64_t middle = low + (high - low) / 2;
      BL_ASSIGN_OR_RETURN(const RecordRow record, RecordAt(middle));
      if (before(run_.sites(record.site))) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  };
  BL_ASSIGN_OR_RETURN(const uint64_t first,
                      first_not([&](const std::string& s) { return s < site; }));
  BL_ASSIGN_OR_RETURN(const uint64_t end,
                      first_not([&](const std::string& s) { return s <= site; }));
  return RowRange{first, end};
}

absl::Status RunResult::AppendShiftSeeds(uint64_t first, uint64_t count,
                                         v1::ShiftSeedChunk* chunk) const {
  BL_ASSIGN_OR_RETURN(const std::vector<Membership> memberships, Memberships(first, count));
  for (const Membership& membership : memberships) {
    const RecordRow& first_record = membership.first_record;
    v1::ShiftSeed& seed = *chunk->add_seeds();
    seed.set_record(std::string(membership.record.record.AsView()));
    seed.set_seed(ids_ != nullptr
                      ? key_.ShiftSeedOf(membership.id)
                      : key_.ShiftSeedOf(run_.sites(first_record.site), first_record.record));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> RunResult::Has(absl::string_view site, const RecordPseudonym& record) const {
  // Records of a site are in the order of their pseudonyms.
  BL_ASSIGN_OR_RETURN(RowRange range, RowsOf(site));
  while (range.first < range.end) {
    const uint64_t middle = range.first + (range.end - range.first) / 2;
    BL_ASSIGN_OR_RETURN(const RecordRow at, RecordAt(middle));
    if (at.record == record) return true;
    (at.record < record ? range.first : range.end) = at.record < record ? middle + 1 : middle;
  }
  return false;
}

std::vector<v1::OverlapCell> RunResult::ExactOverlap() const {
  return {run_.overlap().begin(), run_.overlap().end()};
}

v1::OverlapResponse RunResult::Overlap() const {
  v1::OverlapResponse response;
  *response.mutable_info() = Info();
  response.set_suppressed_up_to(kSuppressedUpTo);
  for (v1::OverlapCell& cell : SuppressSmall(ExactOverlap(), kSuppressedUpTo)) {
    *response.add_cells() = std::move(cell);
  }
  return response;
}

}  // namespace blindlink::resolver
