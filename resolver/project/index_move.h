#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "resolver/index/index_engine.h"
#include "resolver/indexfile/dataset_sum.h"
#include "resolver/project/stopped_project.h"

namespace blindlink::resolver {

// Moves a project's token index between engines through a file, while the resolver is stopped. All
// else of the project stays where it is, and no site sends anything again.

// What was moved, or would be.
struct IndexMove {
  struct Dataset {
    storage::v1::CommittedDataset row;
    DatasetSum sum;  // nothing in a dry run of an export
  };
  std::vector<Dataset> datasets;
  uint64_t file_bytes = 0;  // in a dry run of an export: about
  uint64_t free_bytes = 0;  // where the file, or the index, is to be
  // The index that was made from this file was in force already: an earlier import was interrupted
  // just before its end.
  bool was_done = false;
};

struct MoveOptions {
  std::filesystem::path file;
  bool dry_run = false;  // reads and checks, but writes nothing
};

// Writes the index, which `engine` has, to a file that must not exist. RESOURCE_EXHAUSTED if the
// disk has too little room; errors of StoppedProject and of the index.
absl::StatusOr<IndexMove> ExportIndex(const StoppedProject& project, const IndexEngine& engine,
                                      const MoveOptions& options, Step step);

// Which engines an import needs.
struct MoveEngines {
  std::shared_ptr<const IndexEngine> to;
  // The cluster that has the index now, to remove it from there; null: not given.
  std::shared_ptr<const IndexEngine> old_cluster;
};

// Makes an index from a file on another engine, or anew on the same, reads all of it back to
// compare it with the file, puts it in the place of the index in force in one step, and removes
// that one. Until that step nothing has changed; interrupted at any point, it can be repeated with
// the same file, and keeps the datasets that it had written. FAILED_PRECONDITION if the file is of
// another project, plan or index key, or if the index has other datasets than when it was exported;
// DATA_LOSS if the file is damaged or the new index gives back something else.
absl::StatusOr<IndexMove> ImportIndex(const StoppedProject& project, const MoveEngines& engines,
                                      const MoveOptions& options, Step step);

// Removes what interrupted imports left. The index in force stays.
absl::Status DiscardImports(const StoppedProject& project, const MoveEngines& engines);

// The same when a resolver starts: what is on its own disk. Returns the folders of those that are
// on a cluster.
absl::StatusOr<std::vector<std::filesystem::path>> DiscardLocalImports(
    const std::filesystem::path& project_folder);

}  // namespace blindlink::resolver
