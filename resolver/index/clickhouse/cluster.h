#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/crypto/bound_cipher.h"
#include "resolver/index/clickhouse/clickhouse_options.h"
#include "resolver/index/clickhouse/index_owner.h"
#include "resolver/index/clickhouse/index_tables.h"
#include "resolver/index/clickhouse/shard.h"

namespace blindlink::resolver {

// The loads whose row is perhaps on some servers of the first shard and not on all of them: a
// commit that has not come to its end. Nobody is to see them before it has. Thread-safe.
class UnfinishedCommits {
 public:
  void Begin(uint64_t load) {
    const std::lock_guard lock(mutex_);
    loads_.insert(load);
  }
  void End(uint64_t load) {
    const std::lock_guard lock(mutex_);
    loads_.erase(load);
  }
  bool Has(uint64_t load) const {
    const std::lock_guard lock(mutex_);
    return loads_.contains(load);
  }

 private:
  mutable std::mutex mutex_;
  std::set<uint64_t> loads_;
};

// The servers of one index and its tables there. Immutable; thread-safe.
struct IndexServers {
  const ClickHouseOptions& options;
  std::vector<std::unique_ptr<Shard>> shards;
  std::vector<uint64_t> first_tokens;  // of the shards
  IndexTables tables;

  const Shard& first() const { return *shards.front(); }
  // Calls `f` with each server of each shard. The first error.
  absl::Status ForEachServer(absl::FunctionRef<absl::Status(const Server&)> f) const;
};

// What the resolver has besides, to which the index belongs: its writers and cursors share this.
// Immutable; thread-safe.
struct Cluster : IndexServers {
  IndexOwner owner;
  std::shared_ptr<const BoundCipher> cipher;
  std::shared_ptr<UnfinishedCommits> unfinished = std::make_shared<UnfinishedCommits>();
};

// `options` must outlive the servers. Errors are those of Shard::Connect.
absl::StatusOr<IndexServers> ConnectServers(const ClickHouseOptions& options, IndexTables tables);

// A new id for a request.
std::string RandomQueryId();

// Inserts one block, given in pieces, until each server of the shard has all its rows. `count` is a
// condition that the rows of the block meet and no others: after an answer that was lost, they are
// counted. DATA_LOSS if only some of them are there.
absl::Status InsertOnce(const IndexServers& servers, const Shard& shard, const std::string& table,
                        const std::string& count, uint64_t rows,
                        absl::Span<const absl::string_view> block);

}  // namespace blindlink::resolver
