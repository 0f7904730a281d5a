#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/entity_change_service.pb.h"

namespace blindlink::resolver {

// A finished run and its folder.
struct RunFiles {
  storage::v1::StoredRun run;
  std::filesystem::path folder;
};

// FAILED_PRECONDITION if the run has no entity ids of its own, or only some records.
absl::Status CheckHasEntityIds(const RunFiles& run);

// Calls `handle` for what became of entities between two runs, as GetEntityChanges orders it; an
// error ends it. A record that a run's entity map does not have, because it may be a fake, is for
// this as if the run did not have it. `after` are the finished runs after `older` up to `newer`,
// oldest first. DATA_LOSS if a file is damaged.
absl::Status ForEachEntityChange(
    const RunFiles& older, const RunFiles& newer, const std::vector<RunFiles>& after,
    const std::function<absl::Status(const v1::EntityChange&)>& handle);

}  // namespace blindlink::resolver
