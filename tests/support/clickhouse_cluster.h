#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "resolver/index/clickhouse/clickhouse_options.h"
#include "tests/support/temporary_folder.h"

namespace blindlink {

// ClickHouse servers on this machine (clickhouse_cluster.sh). Aborts the test program if they
// cannot be started. If BLINDLINK_CLICKHOUSE_FOLDER names the folder of servers that run already,
// it is those (chdb_test.py).
class ClickHouseCluster {
 public:
  // Why there can be none here, with what to install; empty: there can.
  static std::string WhyNot();
  // One of two servers for the whole test program.
  static ClickHouseCluster& Shared();

  explicit ClickHouseCluster(int shards = 2);
  ~ClickHouseCluster();
  ClickHouseCluster(const ClickHouseCluster&) = delete;
  ClickHouseCluster& operator=(const ClickHouseCluster&) = delete;

  // For an index whose second shard begins at `border`. Little patience, small chunks.
  resolver::ClickHouseOptions Options(uint64_t border) const;
  // The same of four servers: the first and the third have the lower tokens, the others the upper
  // ones.
  resolver::ClickHouseOptions ReplicatedOptions(uint64_t border) const;
  // For a resolver's configuration: equal shares on the first `shards` servers, and more of it
  // (fields of ClickHouseIndex).
  std::string Configuration(const std::string& more = "", int shards = 2) const;
  // The same for a worker's: "clickhouse { … }".
  std::string WorkerConfiguration(const std::string& more = "", int shards = 2) const;
  // The same on four servers: two shards with two servers each, as in ReplicatedOptions.
  std::string ReplicatedConfiguration(const std::string& more = "") const;
  uint16_t Port(int shard) const;
  const std::filesystem::path& folder() const { return root_; }

  // Shards are numbered from 1.
  void Kill(int shard);
  void Restart(int shard);
  // SIGSTOP, SIGCONT. After SIGSTOP, returns when the server has stopped.
  void Signal(int shard, int signal);
  std::string Query(int shard, const std::string& sql);

 private:
  void Script(std::vector<std::string> arguments) const;
  std::string ClientConfiguration(const std::string& shards, const std::string& more) const;

  TemporaryFolder own_;
  std::filesystem::path root_;
};

}  // namespace blindlink
