#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "common/entity/entity_grower.h"
#include "resolver/linkage/decision_input.h"
#include "resolver/linkage/run_control.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// By index into RecordOrder::sites(): whether the plan or the site states that it has one record
// per person.
std::vector<bool> OneRecordPerPerson(const DecisionInput& input);

// Grows the run's entities (EntityGrower) from pairs of ranks. `min_score` is the threshold of a
// run that is decided by score, none if rules decide. Returns for each rank the lowest rank in its
// entity, and adds what was refused to `summary`. CANCELLED.
absl::StatusOr<std::vector<uint32_t>> GrowEntities(
    const DecisionInput& input, std::vector<EntityPair> pairs, std::optional<double> min_score,
    const std::vector<bool>& one_per_person, const RunControl& control, v1::RunSummary* summary);

// Writes the entity of each rank, and adds their number and sizes to `summary`, where `fakes`
// entities of one do not count. RESOURCE_EXHAUSTED (disk).
absl::Status WriteEntities(const std::vector<uint32_t>& first, uint64_t fakes,
                           RowFileWriter<EntityRow>* writer, v1::RunSummary* summary);

// Writes the ranks of the records whose entity has another one. RESOURCE_EXHAUSTED (disk).
absl::Status WriteListed(const std::vector<uint32_t>& first, RowFileWriter<ListedRow>* writer);

}  // namespace blindlink::resolver
