#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "resolver/index/clickhouse/clickhouse_options.h"
#include "resolver/index/clickhouse/server.h"

namespace blindlink::resolver {

// A range of tokens, and the servers that have it: all of them the same. What is written goes to
// each of them, and fails where one does not answer; what is read comes from one that does.
// Thread-safe.
class Shard {
 public:
  // `options` must outlive it. Errors are those of Server::Connect, of any of the servers.
  static absl::StatusOr<std::unique_ptr<Shard>> Connect(const ClickHouseOptions& options,
                                                        size_t index);

  const std::vector<std::unique_ptr<Server>>& servers() const { return servers_; }
  // Calls `read` with the server that answered last, then with the others, until its status is
  // something else than UNAVAILABLE; and all over again for as long as the options say.
  absl::Status Read(absl::FunctionRef<absl::Status(const Server&)> read) const;
  // Server::Select of a server that answers.
  absl::StatusOr<std::unique_ptr<NativeRows>> Select(const std::string& sql,
                                                     absl::Span<const NativeType> types) const;
  // Calls `write` with each server, at the same time. The first error.
  absl::Status ForEach(absl::FunctionRef<absl::Status(const Server&)> write) const;

  size_t index() const { return index_; }
  uint64_t first_token() const { return options_.shards[index_].first_token; }
  // As Server::Named, for what no single server has done.
  absl::Status Named(const absl::Status& status) const { return servers_[at_]->Named(status); }

 private:
  Shard(const ClickHouseOptions& options, size_t index) : options_(options), index_(index) {}

  const ClickHouseOptions& options_;
  const size_t index_;
  std::vector<std::unique_ptr<Server>> servers_;
  mutable std::atomic<size_t> at_ = 0;  // the server that answered last
};

}  // namespace blindlink::resolver
