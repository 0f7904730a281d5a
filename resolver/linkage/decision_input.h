#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/plan/plan.h"
#include "resolver/linkage/decided_pairs.h"
#include "resolver/linkage/decoys.h"
#include "resolver/linkage/increment.h"
#include "resolver/linkage/kept_model.h"
#include "resolver/linkage/meeting_table.h"
#include "resolver/linkage/record_order.h"
#include "resolver/linkage/run_sharing.h"

namespace blindlink::resolver {

// Pairs that an earlier run considered and that are to be taken over as they are.
struct EarlierPairs {
  const Increment& increment;
  // By rank: all pairs with such a record are candidates.
  const std::vector<bool>& compared;
};

// What a run knows when it decides which candidate pairs match. Everything that is referred to must
// outlive it.
struct DecisionInput {
  const Plan& plan;
  const MeetingTable& table;
  const RecordOrder& order;
  const std::vector<storage::v1::CommittedDataset>& datasets;
  std::filesystem::path temporary_folder;
  // As in LinkageInput: if not empty, every pair has a record of one of these datasets, by number.
  const std::vector<uint32_t>& only_with;
  size_t threads;
  // Pairs within sites, which are candidates too but never match.
  const Decoys& decoys;
  DecidedPairs& decided;
  // Decides instead of a model of the run's own, unless it is null.
  const KeptModel* model = nullptr;
  // Where the pairs that are no candidates of this run come from, unless it is null.
  const EarlierPairs* earlier = nullptr;
  // How many of the records are fakes, which have no pair.
  uint64_t fakes = 0;
  // Has the candidates, unless it is null.
  RunSharing* sharing = nullptr;
};

}  // namespace blindlink::resolver
