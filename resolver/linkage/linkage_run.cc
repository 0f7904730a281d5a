#include "resolver/linkage/linkage_run.h"

#include <memory>

#include "common/base/status_macros.h"
#include "resolver/entity/entity_grower.h"
#include "resolver/linkage/match_pairs.h"
#include "resolver/linkage/overlap.h"
#include "resolver/linkage/record_order.h"
#include "resolver/linkage/result_rows.h"
#include "resolver/linkage/row_file.h"
#include "resolver/linkage/token_sweep.h"

namespace blindlink {
namespace {

// For each record the lowest rank of its entity.
std::vector<uint32_t> FirstRecords(EntityGrower* entities, uint32_t record_count) {
  constexpr uint32_t kNone = ~uint32_t{0};
  std::vector<uint32_t> first_of_root(record_count, kNone);
  std::vector<uint32_t> first(record_count);
  for (uint32_t rank = 0; rank < record_count; ++rank) {
    uint32_t& known = first_of_root[entities->Find(rank)];
    if (known == kNone) known = rank;
    first[rank] = known;
  }
  return first;
}

absl::Status GrowEntities(ExternalSorter<Join>* joins, const RunControl& control,
                          EntityGrower* entities) {
  BL_RETURN_IF_ERROR(joins->Sort());
  for (uint64_t done = 0;; ++done) {
    if (done % 65536 == 0) {
      BL_RETURN_IF_ERROR(control.Check());
      control.progress("entities",
                       static_cast<double>(done) / static_cast<double>(joins->count() + 1));
    }
    BL_ASSIGN_OR_RETURN(const Join* next, joins->Next());
    if (next == nullptr) return absl::OkStatus();
    entities->Join(next->left, next->right);
  }
}

absl::Status WriteEntities(const std::vector<uint32_t>& first, const std::filesystem::path& file,
                           v1::RunSummary* summary) {
  BL_ASSIGN_OR_RETURN(const auto writer, RowFileWriter<EntityRow>::Create(file));
  std::vector<bool> several(first.size(), false);
  for (uint32_t rank = 0; rank < first.size(); ++rank) {
    BL_RETURN_IF_ERROR(writer->Append({first[rank]}));
    if (first[rank] == rank) {
      summary->set_entities(summary->entities() + 1);
    } else if (!several[first[rank]]) {
      several[first[rank]] = true;
      summary->set_entities_of_two_or_more(summary->entities_of_two_or_more() + 1);
    }
  }
  return writer->Finish();
}

}  // namespace

absl::Status RunLinkage(const LinkageInput& input, const std::filesystem::path& folder,
                        const RunControl& control, storage::v1::StoredRun* run) {
  const Plan& plan = input.plan;
  v1::RunSummary& summary = *run->mutable_run()->mutable_summary();
  summary.Clear();
  BL_ASSIGN_OR_RETURN(const MeetingTable table, MeetingTable::Make(plan));

  control.progress("records", 0);
  BL_ASSIGN_OR_RETURN(const auto records, RowFileWriter<RecordRow>::Create(folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(const RecordOrder order,
                      RecordOrder::Make(input.index, input.datasets, folder, input.limits.memory_budget,
                                        records.get(), control));
  BL_RETURN_IF_ERROR(records->Finish());
  summary.set_records(order.record_count());

  uint64_t postings = 0;
  for (const auto& dataset : input.datasets) postings += dataset.postings();
  // Both are in use while pairs are decided.
  ExternalSorter<Candidate> candidates(folder, input.limits.memory_budget / 3 * 2);
  TokenSweep sweep(plan, table, order);
  BL_RETURN_IF_ERROR(sweep.Run(input.index, postings, control, &candidates));
  sweep.Fill(&summary);

  BL_ASSIGN_OR_RETURN(const auto pairs, RowFileWriter<PairRow>::Create(folder / kPairsFile));
  ExternalSorter<Join> joins(folder, input.limits.memory_budget / 3);
  BL_RETURN_IF_ERROR(DecidePairs({plan, table, input.datasets, folder}, &candidates, control,
                                 pairs.get(), &joins, &summary));
  BL_RETURN_IF_ERROR(pairs->Finish());

  EntityGrower entities(order.record_count(), plan.proto().entity_rules().max_entity_size());
  BL_RETURN_IF_ERROR(GrowEntities(&joins, control, &entities));
  summary.set_joins_refused_by_size(entities.refused());
  const std::vector<uint32_t> first = FirstRecords(&entities, order.record_count());

  control.progress("publish", 0);
  BL_RETURN_IF_ERROR(WriteEntities(first, folder / kEntitiesFile, &summary));
  BL_ASSIGN_OR_RETURN(const auto record_rows,
                      RowFileReader<RecordRow>::Open(folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(const auto overlap, CountOverlap(first, *record_rows, order.sites(), folder,
                                                       input.limits.memory_budget, control));
  run->mutable_sites()->Assign(order.sites().begin(), order.sites().end());
  run->set_entity_map_rows(order.record_count());
  run->mutable_overlap()->Assign(overlap.begin(), overlap.end());
  return absl::OkStatus();
}

}  // namespace blindlink
