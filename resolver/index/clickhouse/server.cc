#include "resolver/index/clickhouse/server.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstPause{50};
constexpr std::chrono::milliseconds kLongestPause{1000};

// "18.16.1" -> 1816, "26.9.1.5" -> 2609; 0: not a version.
int VersionNumber(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  int major = 0;
  int minor = 0;
  if (parts.size() < 2 || !absl::SimpleAtoi(parts[0], &major) ||
      !absl::SimpleAtoi(parts[1], &minor)) {
    return 0;
  }
  return 100 * major + minor;
}

std::string NameOf(size_t shard, const ClickHouseServer& server) {
  return absl::StrCat("shard ", shard + 1, " (", server.host, ":", server.port, ")");
}

constexpr int kOldestVersion = 1816;
constexpr int kFirstWithAsyncInsert = 2111;

}  // namespace

absl::Status Patiently(std::chrono::milliseconds patience,
                       absl::FunctionRef<absl::Status()> attempt) {
  const Clock::time_point deadline = Clock::now() + patience;
  std::chrono::milliseconds pause = kFirstPause;
  while (true) {
    absl::Status status = attempt();
    if (!absl::IsUnavailable(status) || Clock::now() + pause > deadline) return status;
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, kLongestPause);
  }
}

size_t NativeRows::rows() const {
  size_t sum = 0;
  for (const NativeBlock& block : blocks) sum += block.rows;
  return sum;
}

Server::Server(const ClickHouseOptions& options, size_t shard, size_t number)
    : options_(options),
      shard_(shard),
      name_(NameOf(shard, options.shards[shard].servers[number])),
      client_(options, options.shards[shard].servers[number]) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Connect(const ClickHouseOptions& options,
                                                        size_t shard, size_t number) {
  std::unique_ptr<Server> server(new Server(options, shard, number));
  BL_RETURN_IF_ERROR(server->LearnVersion());
  return server;
}

absl::Status Server::LearnVersion() {
  const NativeType types[] = {kString};
  BL_ASSIGN_OR_RETURN(const auto found, Select("SELECT version()", types));
  const std::string version(found->rows() == 1 ? found->blocks[0].columns[0].StringAt(0) : "");
  const int number = VersionNumber(version);
  if (number < kOldestVersion) {
    return Named(absl::FailedPreconditionError(
        absl::StrCat("has version '", version, "': install ClickHouse 18.16 or a later one")));
  }
  // Headers while a query is in progress show that it has not stalled.
  select_settings_ =
      "&max_threads=1&send_progress_in_http_headers=1&http_headers_progress_interval_ms=1000";
  if (number >= kFirstWithAsyncInsert) insert_settings_ = "&async_insert=0";
  return absl::OkStatus();
}

absl::Status Server::Named(const absl::Status& status) const {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat("the token index's ", name_, ": ", status.message()));
}

absl::StatusOr<std::string> Server::Ask(const std::string& parameters,
                                        absl::Span<const absl::string_view> body,
                                        RequestKind kind) const {
  absl::StatusOr<HttpReply> reply = client_.Post(
      absl::StrCat("database=", HttpsClient::Escape(options_.database), parameters), body);
  if (!reply.ok()) return Named(reply.status());
  constexpr int kHttpOk = 200;
  if (reply->code != kHttpOk) return Named(ServerError(kind, reply->code, reply->body));
  return std::move(reply->body);
}

absl::StatusOr<std::unique_ptr<NativeRows>> Server::SelectOnce(
    const std::string& sql, absl::Span<const NativeType> types) const {
  auto rows = std::make_unique<NativeRows>();
  BL_ASSIGN_OR_RETURN(rows->body,
                      Ask(select_settings_, {sql, " FORMAT Native"}, RequestKind::kSelect));
  NativeReader reader(rows->body, types);
  while (true) {
    NativeBlock block;
    const absl::StatusOr<bool> more = reader.Next(&block);
    if (!more.ok()) {
      // After the first bytes of an answer, a server can say only there what went wrong.
      return Named(ExceptionCodeIn(reader.rest()) != 0
                       ? ServerError(RequestKind::kSelect, 200, reader.rest())
                       : more.status());
    }
    if (!*more) return rows;
    if (block.rows > 0) rows->blocks.push_back(std::move(block));
  }
}

absl::StatusOr<std::unique_ptr<NativeRows>> Server::Select(const std::string& sql,
                                                           absl::Span<const NativeType> types,
                                                           Tries tries) const {
  if (tries == Tries::kOnce) return SelectOnce(sql, types);
  std::unique_ptr<NativeRows> rows;
  BL_RETURN_IF_ERROR(Patiently(options_.patience, [&]() -> absl::Status {
    BL_ASSIGN_OR_RETURN(rows, SelectOnce(sql, types));
    return absl::OkStatus();
  }));
  return rows;
}

absl::Status Server::Execute(const std::string& sql) const {
  return Patiently(options_.patience, [&] { return ExecuteOnce(sql); });
}

absl::Status Server::ExecuteOnce(const std::string& sql, const std::string& query_id) const {
  constexpr char kLongStatements[] = "&max_query_size=16777216";
  std::string parameters = absl::StrCat(insert_settings_, kLongStatements);
  if (!query_id.empty()) absl::StrAppend(&parameters, "&query_id=", query_id);
  return Ask(parameters, {sql}, RequestKind::kInsert).status();
}

absl::Status Server::Insert(const std::string& table, const std::string& query_id, uint64_t rows,
                            absl::Span<const absl::string_view> body) const {
  // One block becomes one part of the table, which is there whole or not at all.
  const std::string parameters = absl::StrCat(
      "&query_id=", query_id, "&max_insert_block_size=", rows, "&min_insert_block_size_rows=", rows,
      "&min_insert_block_size_bytes=0", insert_settings_,
      "&query=", HttpsClient::Escape(absl::StrCat("INSERT INTO ", table, " FORMAT Native")));
  return Ask(parameters, body, RequestKind::kInsert).status();
}

absl::Status Server::WaitForEnd(const std::string& query_id) const {
  const std::string sql =
      absl::StrCat("SELECT count() FROM system.processes WHERE query_id='", query_id, "'");
  const NativeType types[] = {kUInt64};
  return Patiently(options_.patience, [&]() -> absl::Status {
    BL_ASSIGN_OR_RETURN(const auto found, Select(sql, types));
    if (found->rows() == 1 && found->blocks[0].columns[0].At<uint64_t>(0) == 0) {
      return absl::OkStatus();
    }
    return Named(absl::UnavailableError("still works on an INSERT whose answer was lost"));
  });
}

}  // namespace blindlink::resolver
