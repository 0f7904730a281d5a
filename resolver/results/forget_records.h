#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/base/bytes16.h"
#include "resolver/index/stored_token.h"

namespace blindlink::resolver {

// Whether no dataset has the token any more. An error ends ForgetRecords.
using HasLeft = std::function<absl::StatusOr<bool>(const StoredToken&)>;

// Removes records of a site from the files of a finished run: their rows, all pairs with them, and
// how the run used tokens of which `has_left` says so. The others' ranks close up. Entities stay as
// they are, less these records. `save` makes the changed `run` durable; it is called twice. After
// an error, or if the process dies, the files are as before or FinishForgetting makes them so.
// Returns how many records the run had of these. RESOURCE_EXHAUSTED (disk), DATA_LOSS.
absl::StatusOr<uint64_t> ForgetRecords(
    const std::filesystem::path& folder, const std::string& site,
    const absl::flat_hash_set<RecordPseudonym>& records, const HasLeft& has_left,
    storage::v1::StoredRun* run,
    const std::function<absl::Status(const storage::v1::StoredRun&)>& save);

// Ends, or takes back, what an interrupted ForgetRecords has begun. To be called before the files
// are read.
absl::Status FinishForgetting(
    const std::filesystem::path& folder, storage::v1::StoredRun* run,
    const std::function<absl::Status(const storage::v1::StoredRun&)>& save);

}  // namespace blindlink::resolver
