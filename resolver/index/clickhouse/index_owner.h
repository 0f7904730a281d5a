#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "resolver/index/clickhouse/index_tables.h"
#include "resolver/index/clickhouse/shard.h"

namespace blindlink::resolver {

// Which resolver may write to an index on the cluster. Each time one opens it, a row with a random
// number says so on the first shard; the newest row counts. Immutable; thread-safe.
class IndexOwner {
 public:
  // Opens the index for the data directory with `folder`, the index's own folder there. Whoever
  // opened it last must have done so from the same folder of the same machine, or `folder` must
  // hold a file kTakeOverFile, which is removed. Otherwise FAILED_PRECONDITION, with words that say
  // how to take over. `first` must outlive it.
  static absl::StatusOr<IndexOwner> Take(const Shard& first, const IndexTables& tables,
                                         const std::filesystem::path& folder);
  static constexpr char kTakeOverFile[] = "take-over";

  // FAILED_PRECONDITION if somebody else has opened the index since.
  absl::Status Check() const;
  // "… WHERE owner = …": to be true in the same moment in which something is written.
  std::string AsCondition() const;
  absl::Status Fenced() const;

 private:
  IndexOwner(const Shard& first, std::string table, std::string folder, uint64_t number)
      : first_(&first), table_(std::move(table)), folder_(std::move(folder)), number_(number) {}

  const Shard* first_;
  std::string table_;
  std::string folder_;
  uint64_t number_;
};

}  // namespace blindlink::resolver
