#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/increment_storage.pb.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/base/bytes16.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/results/result_rows.h"

namespace blindlink::resolver {

// The entity ids of a project: for each record that a run ever had, the id of its entity in the
// newest one. It is one file, which follows from the finished runs: a run is taken over once it has
// finished, in the order of their numbers, and taking one over again changes nothing. Thread-safe.
class EntityRegister {
 public:
  struct Parts {
    std::filesystem::path folder;
    WorkLimits limits;
  };

  // A folder that does not exist is an empty register. DATA_LOSS if it is damaged.
  static absl::StatusOr<std::unique_ptr<EntityRegister>> Open(const Parts& parts);

  // The number of the newest run that was taken over; 0: none.
  uint64_t run() const;

  // Gives the entities of a run, whose other files are in `folder`, their ids (NameEntities) and
  // writes them and the events, notes the files in `run` and counts merges and splits. A run of
  // some records only has no events. All runs before must have been taken over. RESOURCE_EXHAUSTED
  // (disk), DATA_LOSS.
  absl::Status Name(const std::filesystem::path& folder, storage::v1::StoredRun* run) const;

  // Takes over the ids of the finished run of that number. Records of a run of some records only
  // keep the id that they have. Errors as Name.
  absl::Status Take(uint64_t number, const std::filesystem::path& folder,
                    const storage::v1::StoredRun& run);

  // Removes records of a site: none of their bytes stays in the register's files. Until the next
  // run over all pairs, it knows which entities lost records by that.
  absl::Status Forget(const std::string& site, const absl::flat_hash_set<RecordPseudonym>& records);

 private:
  class Writer;
  explicit EntityRegister(const Parts& parts) : parts_(parts) {}
  // Makes `rows`, a file in the folder, the register's.
  absl::Status Replace(storage::v1::StoredEntityRegister stored);

  const Parts parts_;
  mutable std::mutex mutex_;
  storage::v1::StoredEntityRegister stored_;
};

}  // namespace blindlink::resolver
