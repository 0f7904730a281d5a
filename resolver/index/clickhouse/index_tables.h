#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "resolver/index/clickhouse/shard.h"

namespace blindlink::resolver {

// The tables of one index (docs/cluster.md has their columns). Every shard has all of them; those
// of datasets, records and owners are used on the first only. That of the exchange (exchange.h) is
// made when workers first take part in a run.
class IndexTables {
 public:
  // `project` and `id` as in StoredClusterIndex.
  IndexTables(absl::string_view project, absl::string_view id, uint32_t evidence_bytes);

  // Names, quoted for SQL.
  const std::string& postings() const { return postings_; }
  const std::string& records() const { return records_; }
  const std::string& datasets() const { return datasets_; }
  const std::string& owners() const { return owners_; }
  const std::string& layout() const { return layout_; }
  const std::string& exchange() const { return exchange_; }
  const std::string& project() const { return project_; }
  const std::string& id() const { return id_; }
  uint32_t evidence_bytes() const { return evidence_bytes_; }

  // Makes the tables that a shard lacks, and notes which shard of how many it is.
  absl::Status Create(const Shard& shard, size_t shards) const;
  // FAILED_PRECONDITION if the tables were made for another place in the order of shards.
  absl::Status CheckLayout(const Shard& shard, size_t shards) const;
  absl::Status Drop(const Shard& shard) const;
  // Makes the table of the exchange if the shard lacks it, and removes what is in it.
  absl::Status ClearExchange(const Shard& shard) const;

  // A partition of the postings or, with part 0, of the records.
  struct Partition {
    std::string id;  // for DropPartition
    uint32_t dataset = 0;
    uint64_t load = 0;
    uint32_t part = 0;
    uint64_t rows = 0;
  };
  absl::StatusOr<std::vector<Partition>> PostingPartitions(const Shard& shard) const;
  absl::StatusOr<std::vector<Partition>> RecordPartitions(const Shard& shard) const;
  // Does nothing if there is no such partition.
  absl::Status DropPartition(const Shard& shard, const std::string& table,
                             const std::string& id) const;

 private:
  absl::StatusOr<std::vector<Partition>> PartitionsOf(const Shard& shard,
                                                      const std::string& table) const;

  std::string project_, id_, prefix_;
  std::string postings_, records_, datasets_, owners_, layout_, exchange_;
  uint32_t evidence_bytes_;
};

}  // namespace blindlink::resolver
