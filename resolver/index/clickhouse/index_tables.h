#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "resolver/index/clickhouse/server.h"

namespace blindlink::resolver {

// The tables of one index (docs/cluster.md has their columns). Every server has all of them; those
// of datasets, records and owners are used on those of the first shard only. That of the exchange
// (exchange.h) is made when workers first take part in a run.
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

  // Makes the tables that a server lacks, and notes which shard of how many it is.
  absl::Status Create(const Server& server, size_t shards) const;
  // FAILED_PRECONDITION if the tables were made for another place in the order of shards.
  absl::Status CheckLayout(const Server& server, size_t shards) const;
  absl::Status Drop(const Server& server) const;
  // Makes the table of the exchange if the server lacks it, and removes what is in it.
  absl::Status ClearExchange(const Server& server) const;

  // A partition of the postings or, with part 0, of the records.
  struct Partition {
    std::string id;  // for DropPartition
    uint32_t dataset = 0;
    uint64_t load = 0;
    uint32_t part = 0;
    uint64_t rows = 0;
  };
  absl::StatusOr<std::vector<Partition>> PostingPartitions(const Server& server,
                                                           Tries tries = Tries::kPatiently) const;
  absl::StatusOr<std::vector<Partition>> RecordPartitions(const Server& server) const;
  // Leaves one of each row that the partition has more than once.
  absl::Status Deduplicate(const Server& server, const std::string& table,
                           const std::string& id) const;
  // Does nothing if there is no such partition.
  absl::Status DropPartition(const Server& server, const std::string& table,
                             const std::string& id) const;

 private:
  absl::StatusOr<std::vector<Partition>> PartitionsOf(const Server& server,
                                                      const std::string& table, Tries tries) const;

  std::string project_, id_, prefix_;
  std::string postings_, records_, datasets_, owners_, layout_, exchange_;
  uint32_t evidence_bytes_;
};

}  // namespace blindlink::resolver
