#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "blindlink/v1/work_service.pb.h"
#include "common/plan/plan.h"
#include "common/score/field_levels.h"
#include "resolver/index/shared_index.h"
#include "resolver/linkage/decoys.h"
#include "resolver/linkage/meeting_table.h"
#include "resolver/linkage/record_order.h"

namespace blindlink::resolver {

// What the work on a run reads. What is referred to must outlive it; threads may share it.
struct RunAtHand {
  const Plan& plan;
  const MeetingTable& table;
  const FieldLevels& levels;
  const RecordOrder& order;
  const Decoys& decoys;
  const v1::RunToShare& description;
  const SharedIndex& index;
};

// The same in a worker, made of what the resolver said of the run and put into its exchange. Takes
// four bytes of memory for each record of the run.
class LearnedRun {
 public:
  using OpenIndex =
      std::function<absl::StatusOr<std::unique_ptr<SharedIndex>>(const v1::IndexAccess&)>;
  // INVALID_ARGUMENT if the description does not fit together; errors of SharedIndex.
  static absl::StatusOr<std::unique_ptr<LearnedRun>> Learn(v1::RunToShare description,
                                                           const OpenIndex& open);

  RunAtHand AtHand() const {
    return {*plan_, *table_, *levels_, *order_, decoys_, description_, *index_};
  }

 private:
  LearnedRun() = default;
  absl::StatusOr<std::vector<uint32_t>> ReadRanks() const;

  v1::RunToShare description_;
  std::optional<Plan> plan_;
  std::optional<MeetingTable> table_;
  std::optional<FieldLevels> levels_;
  std::unique_ptr<SharedIndex> index_;
  std::optional<RecordOrder> order_;
  Decoys decoys_;
};

// What one thread may use.
struct WorkRoom {
  std::filesystem::path folder;  // for sorting
  uint64_t memory_budget;        // bytes
};

}  // namespace blindlink::resolver
