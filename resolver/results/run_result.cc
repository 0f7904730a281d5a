#include "resolver/results/run_result.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {

absl::StatusOr<std::shared_ptr<const RunResult>> RunResult::Open(
    const std::filesystem::path& folder, storage::v1::StoredRun run, Plan plan,
    const IndexKey& key) {
  std::shared_ptr<RunResult> result(new RunResult(std::move(run), std::move(plan), key));
  BL_ASSIGN_OR_RETURN(result->records_, RowFileReader<RecordRow>::Open(folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(result->pairs_, RowFileReader<PairRow>::Open(folder / kPairsFile));
  BL_ASSIGN_OR_RETURN(result->entities_, RowFileReader<EntityRow>::Open(folder / kEntitiesFile));
  const storage::v1::StoredRun& stored = result->run_;
  if (result->pairs_->rows() != stored.run().summary().match_pairs() ||
      result->entities_->rows() != stored.entity_map_rows() ||
      result->records_->rows() != stored.entity_map_rows()) {
    return absl::DataLossError(absl::StrCat("the result files of ", stored.run().run(),
                                            " are incomplete: start another run"));
  }
  return result;
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
  if (run_.run().summary().has_score()) {
    *info.mutable_score() = run_.run().summary().score();
    info.mutable_score()->clear_levels();
  }
  const v1::RunSummary& summary = run_.run().summary();
  v1::EntityReport& entities = *info.mutable_entities();
  *entities.mutable_sizes() = summary.entity_sizes();
  entities.set_refused_by_size(summary.joins_refused_by_size());
  entities.set_refused_as_weak(summary.joins_refused_as_weak());
  entities.set_refused_by_statement(summary.joins_refused_by_statement());
  entities.set_pairs_by_entity(summary.match_pairs_by_entity());
  return info;
}

absl::Status RunResult::AppendPairs(uint64_t first, uint64_t count,
                                    v1::MatchPairChunk* chunk) const {
  BL_ASSIGN_OR_RETURN(const std::vector<PairRow> rows, pairs_->Read(first, count));
  for (const PairRow& row : rows) {
    BL_ASSIGN_OR_RETURN(const RecordRow left, records_->ReadOne(row.left));
    BL_ASSIGN_OR_RETURN(const RecordRow right, records_->ReadOne(row.right));
    const bool by_band = row.rule >= kFirstBand;
    v1::MatchPair& pair = *chunk->add_pairs();
    pair.set_left_site(run_.sites(left.site));
    pair.set_left_record(HexEncode(left.record.AsView()));
    pair.set_right_site(run_.sites(right.site));
    pair.set_right_record(HexEncode(right.record.AsView()));
    if (by_band) {
      pair.set_level(v1::FULL);
      pair.set_rule(NameOf(static_cast<Band>(row.rule - kFirstBand)));
    } else {
      pair.set_level(plan_.proto().match_rules(row.rule).level());
      pair.set_rule(plan_.proto().match_rules(row.rule).name());
    }
    pair.set_score(row.score);
    for (size_t i = 0; i < plan_.match_keys().size(); ++i) {
      if (row.match_keys[i]) pair.add_match_keys(plan_.match_keys()[i].name);
    }
  }
  return absl::OkStatus();
}

absl::Status RunResult::AppendEntities(uint64_t first, uint64_t count,
                                       v1::EntityChunk* chunk) const {
  BL_ASSIGN_OR_RETURN(const std::vector<EntityRow> rows, entities_->Read(first, count));
  BL_ASSIGN_OR_RETURN(const std::vector<RecordRow> records, records_->Read(first, count));
  for (size_t i = 0; i < rows.size(); ++i) {
    RecordRow named = records[i];
    if (rows[i].first_record != first + i) {
      BL_ASSIGN_OR_RETURN(named, records_->ReadOne(rows[i].first_record));
    }
    const EntityId entity = key_.EntityIdOf(run_.sites(named.site), named.record);
    v1::EntityMember& member = *chunk->add_members();
    member.set_entity(HexEncode(entity.AsView()));
    member.set_site(run_.sites(records[i].site));
    member.set_record(HexEncode(records[i].record.AsView()));
  }
  return absl::OkStatus();
}

v1::OverlapResponse RunResult::Overlap() const {
  v1::OverlapResponse response;
  *response.mutable_info() = Info();
  response.set_suppressed_up_to(kSuppressedUpTo);
  for (v1::OverlapCell cell : run_.overlap()) {
    if (cell.entities() >= 1 && cell.entities() <= kSuppressedUpTo) {
      cell.set_entities(0);
      cell.set_suppressed(true);
    }
    *response.add_cells() = std::move(cell);
  }
  return response;
}

}  // namespace blindlink::resolver
