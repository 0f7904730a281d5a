#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "resolver/index/clickhouse/clickhouse_options.h"
#include "resolver/index/clickhouse/https_client.h"
#include "resolver/index/clickhouse/native_block.h"
#include "resolver/index/clickhouse/server_error.h"

namespace blindlink::resolver {

// The answer of a SELECT.
struct NativeRows {
  std::string body;
  std::vector<NativeBlock> blocks;  // with at least one row each; views of the body

  size_t rows() const;
};

// Whether a request to a server that does not answer is repeated for as long as the options say.
enum class Tries { kOnce, kPatiently };

// Until it is something else than UNAVAILABLE, or `patience` is over.
absl::Status Patiently(std::chrono::milliseconds patience,
                       absl::FunctionRef<absl::Status()> attempt);

// One server of a shard and what it is asked. Errors name the shard by its number, from 1, and
// the server's host, and are those of HttpsClient and ServerError. Thread-safe.
class Server {
 public:
  // `options` must outlive it. UNAVAILABLE, FAILED_PRECONDITION if the server is older than 18.16.
  static absl::StatusOr<std::unique_ptr<Server>> Connect(const ClickHouseOptions& options,
                                                         size_t shard, size_t number);

  // What the statement returns must have columns of these types.
  absl::StatusOr<std::unique_ptr<NativeRows>> Select(const std::string& sql,
                                                     absl::Span<const NativeType> types,
                                                     Tries tries = Tries::kPatiently) const;
  // A statement without an answer that may be carried out twice. Repeated patiently.
  absl::Status Execute(const std::string& sql) const;
  // The same, but tried once. After UNAVAILABLE with a `query_id`, call WaitForEnd and look.
  absl::Status ExecuteOnce(const std::string& sql, const std::string& query_id = "") const;
  // Inserts a body of one block with so many rows: all of them or none. After UNAVAILABLE, call
  // WaitForEnd and look.
  absl::Status Insert(const std::string& table, const std::string& query_id, uint64_t rows,
                      absl::Span<const absl::string_view> body) const;
  // Waits until the server has no query of that id any more. UNAVAILABLE.
  absl::Status WaitForEnd(const std::string& query_id) const;

  size_t shard() const { return shard_; }
  uint64_t first_token() const { return options_.shards[shard_].first_token; }
  // "shard 2 (db2.example:8443)".
  const std::string& name() const { return name_; }
  // In front of the message of an error: "the token index's shard 2 (db2.example:8443): …".
  absl::Status Named(const absl::Status& status) const;

 private:
  Server(const ClickHouseOptions& options, size_t shard, size_t number);

  absl::Status LearnVersion();
  absl::StatusOr<std::string> Ask(const std::string& parameters,
                                  absl::Span<const absl::string_view> body, RequestKind kind) const;
  absl::StatusOr<std::unique_ptr<NativeRows>> SelectOnce(const std::string& sql,
                                                         absl::Span<const NativeType> types) const;

  const ClickHouseOptions& options_;
  const size_t shard_;
  const std::string name_;
  const HttpsClient client_;
  std::string select_settings_;
  std::string insert_settings_;
};

}  // namespace blindlink::resolver
