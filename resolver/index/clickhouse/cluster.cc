#include "resolver/index/clickhouse/cluster.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"

namespace blindlink::resolver {
namespace {

absl::StatusOr<uint64_t> Count(const Server& server, const std::string& table,
                               const std::string& condition) {
  const NativeType types[] = {kUInt64};
  BL_ASSIGN_OR_RETURN(
      const auto found,
      server.Select(absl::StrCat("SELECT count() FROM ", table, " WHERE ", condition), types));
  return found->rows() == 0 ? 0 : found->blocks[0].columns[0].At<uint64_t>(0);
}

absl::Status InsertInto(const Server& server, std::chrono::milliseconds patience,
                        const std::string& table, const std::string& count, uint64_t rows,
                        absl::Span<const absl::string_view> block) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    const std::string query_id = RandomQueryId();
    absl::Status inserted = server.Insert(table, query_id, rows, block);
    if (!absl::IsUnavailable(inserted)) return inserted;
    BL_RETURN_IF_ERROR(server.WaitForEnd(query_id));
    BL_ASSIGN_OR_RETURN(const uint64_t found, Count(server, table, count));
    // More: an earlier attempt that was thought lost. Readers leave out equal rows.
    if (found >= rows) return absl::OkStatus();
    if (found > 0) {
      return server.Named(absl::DataLossError(absl::StrCat(
          "has ", found, " of the ", rows,
          " rows of an INSERT, which it should have carried out whole or not at all: repeat the "
          "ingest or the run")));
    }
    if (std::chrono::steady_clock::now() > deadline) return inserted;
  }
}

}  // namespace

absl::Status IndexServers::ForEachServer(absl::FunctionRef<absl::Status(const Server&)> f) const {
  for (const auto& shard : shards) BL_RETURN_IF_ERROR(shard->ForEach(f));
  return absl::OkStatus();
}

absl::StatusOr<IndexServers> ConnectServers(const ClickHouseOptions& options, IndexTables tables) {
  IndexServers servers{options, {}, {}, std::move(tables)};
  for (size_t i = 0; i < options.shards.size(); ++i) {
    BL_ASSIGN_OR_RETURN(servers.shards.emplace_back(), Shard::Connect(options, i));
    servers.first_tokens.push_back(servers.shards.back()->first_token());
  }
  return servers;
}

std::string RandomQueryId() {
  constexpr size_t kIdBytes = 16;
  const SecretBytes bytes = RandomBytes(kIdBytes);
  const auto shown = bytes.Reveal();
  return absl::StrCat("blindlink-",
                      HexEncode({reinterpret_cast<const char*>(shown.data()), shown.size()}));
}

absl::Status InsertOnce(const IndexServers& servers, const Shard& shard, const std::string& table,
                        const std::string& count, uint64_t rows,
                        absl::Span<const absl::string_view> block) {
  return shard.ForEach([&](const Server& server) {
    return InsertInto(server, servers.options.patience, table, count, rows, block);
  });
}

}  // namespace blindlink::resolver
