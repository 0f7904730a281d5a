#include "resolver/linkage/run_entities.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

// The number of records by the entity's first rank.
std::vector<uint32_t> EntitySizes(const std::vector<uint32_t>& first) {
  std::vector<uint32_t> records(first.size());
  for (const uint32_t of : first) ++records[of];
  return records;
}

}  // namespace

std::vector<bool> OneRecordPerPerson(const DecisionInput& input) {
  std::vector<bool> one(input.order.sites().size(), true);
  if (input.plan.proto().entity_rules().one_record_per_person()) return one;
  for (const auto& dataset : input.datasets) {
    if (dataset.manifest().one_record_per_person()) continue;
    one[input.order.SiteOf(dataset.dataset_number())] = false;
  }
  return one;
}

absl::StatusOr<std::vector<uint32_t>> GrowEntities(
    const DecisionInput& input, std::vector<EntityPair> pairs, std::optional<double> min_score,
    const std::vector<bool>& one_per_person, const RunControl& control, v1::RunSummary* summary) {
  const v1::EntityRules& rules = input.plan.proto().entity_rules();
  EntityOptions options;
  options.max_size = rules.max_entity_size();
  options.by_probability = min_score.has_value();
  options.min_score = min_score.value_or(0);
  options.within_site = rules.within_site_duplicates();
  options.one_per_person = one_per_person;
  options.fakes = input.fakes;
  options.decisions = input.decided.Constraints();
  EntityGrower grower(
      input.order.record_count(), std::move(pairs),
      [&](uint32_t rank) { return input.order.SiteOfRank(rank); }, std::move(options));
  BL_RETURN_IF_ERROR(grower.Grow([&](double share) {
    control.progress("entities", share);
    return control.Check();
  }));
  summary->set_joins_refused_by_size(grower.refused_by_size());
  summary->set_joins_refused_as_weak(grower.refused_as_weak());
  summary->set_joins_refused_by_statement(grower.refused_by_statement());
  std::vector<uint32_t> first = grower.FirstRecords();
  input.decided.SetEntities(grower, first);
  return first;
}

absl::Status WriteEntities(const std::vector<uint32_t>& first, uint64_t fakes,
                           RowFileWriter<EntityRow>* writer, v1::RunSummary* summary) {
  for (const uint32_t of : first) BL_RETURN_IF_ERROR(writer->Append({of}));
  std::map<uint32_t, uint64_t> entities_by_size;
  for (const uint32_t size : EntitySizes(first)) {
    if (size > 0) ++entities_by_size[size];
  }
  uint64_t& alone = entities_by_size[1];
  alone -= std::min(alone, fakes);
  for (const auto& [size, entities] : entities_by_size) {
    if (entities == 0) continue;
    v1::EntitySize& row = *summary->add_entity_sizes();
    row.set_records(size);
    row.set_entities(entities);
    summary->set_entities(summary->entities() + entities);
    if (size > 1) {
      summary->set_entities_of_two_or_more(summary->entities_of_two_or_more() + entities);
    }
  }
  return absl::OkStatus();
}

absl::Status WriteListed(const std::vector<uint32_t>& first, RowFileWriter<ListedRow>* writer) {
  const std::vector<uint32_t> sizes = EntitySizes(first);
  for (uint32_t rank = 0; rank < first.size(); ++rank) {
    if (sizes[first[rank]] > 1) BL_RETURN_IF_ERROR(writer->Append({rank}));
  }
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
