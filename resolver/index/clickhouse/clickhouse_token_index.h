#pragma once

#include <filesystem>
#include <memory>

#include "resolver/index/clickhouse/clickhouse_options.h"
#include "resolver/index/index_engine.h"

namespace blindlink::resolver {

// Opens a token index on the shards of `options`, which must outlive it, or makes it there. The
// folder holds which tables on the cluster are this index, and nothing else. Everything but tokens,
// match keys, forms and ordinals is enciphered before it leaves the resolver (docs/cluster.md).
//
// One process at a time, and one resolver (index_owner.h): FAILED_PRECONDITION otherwise, or if the
// shards are not those that the index was made on. UNAVAILABLE if a shard does not answer.
absl::StatusOr<std::unique_ptr<TokenIndex>> OpenClickHouseTokenIndex(
    const ClickHouseOptions& options, const IndexToOpen& index);

// Token indexes on a ClickHouse cluster.
class ClickHouseEngine : public IndexEngine {
 public:
  explicit ClickHouseEngine(ClickHouseOptions options) : options_(std::move(options)) {}

  absl::StatusOr<std::unique_ptr<TokenIndex>> Open(const IndexToOpen& index) const override;
  absl::Status Remove(const std::filesystem::path& folder) const override;
  uint64_t LocalBytes(const std::filesystem::path& folder) const override;
  bool IsLocal() const override { return false; }
  absl::Status AllowMove(const std::filesystem::path& folder) const override;

 private:
  const ClickHouseOptions options_;
};

}  // namespace blindlink::resolver
