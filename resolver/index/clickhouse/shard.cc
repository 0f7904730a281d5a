#include "resolver/index/clickhouse/shard.h"

#include <future>

#include "common/base/status_macros.h"
#include "common/telemetry/log.h"

namespace blindlink::resolver {

absl::StatusOr<std::unique_ptr<Shard>> Shard::Connect(const ClickHouseOptions& options,
                                                      size_t index) {
  std::unique_ptr<Shard> shard(new Shard(options, index));
  for (size_t number = 0; number < options.shards[index].servers.size(); ++number) {
    BL_ASSIGN_OR_RETURN(shard->servers_.emplace_back(), Server::Connect(options, index, number));
  }
  return shard;
}

absl::Status Shard::Read(absl::FunctionRef<absl::Status(const Server&)> read) const {
  return Patiently(options_.patience, [&] {
    size_t first = at_;
    absl::Status status;
    for (size_t i = 0; i < servers_.size(); ++i) {
      const size_t number = (first + i) % servers_.size();
      status = read(*servers_[number]);
      if (absl::IsUnavailable(status)) continue;
      // Only away from the one that did not answer, so that readers do not lead each other back.
      if (number != first && at_.compare_exchange_strong(first, number)) {
        spdlog::warn("event=other-server-read shard={} server={}", index_ + 1,
                     LogQuote(servers_[number]->name()));
      }
      break;
    }
    return status;
  });
}

absl::StatusOr<std::unique_ptr<NativeRows>> Shard::Select(
    const std::string& sql, absl::Span<const NativeType> types) const {
  std::unique_ptr<NativeRows> rows;
  BL_RETURN_IF_ERROR(Read([&](const Server& server) -> absl::Status {
    BL_ASSIGN_OR_RETURN(rows, server.Select(sql, types, Tries::kOnce));
    return absl::OkStatus();
  }));
  return rows;
}

absl::Status Shard::ForEach(absl::FunctionRef<absl::Status(const Server&)> write) const {
  std::vector<std::future<absl::Status>> others;
  for (size_t i = 1; i < servers_.size(); ++i) {
    others.push_back(std::async(std::launch::async, [&, i] { return write(*servers_[i]); }));
  }
  absl::Status status = write(*servers_[0]);
  for (std::future<absl::Status>& other : others) status.Update(other.get());
  return status;
}

}  // namespace blindlink::resolver
