#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

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

// One server of the cluster and what it is asked. Errors name the shard by its number, from 1, and
// its host, and are those of HttpsClient and ServerError. Thread-safe.
class Shard {
 public:
  // `options` must outlive it. UNAVAILABLE, FAILED_PRECONDITION if the server is older than 18.16.
  static absl::StatusOr<std::unique_ptr<Shard>> Connect(const ClickHouseOptions& options,
                                                        size_t index);

  // What the statement returns must have columns of these types. Repeated while the server does not
  // answer or breaks off, for as long as the options say.
  absl::StatusOr<std::unique_ptr<NativeRows>> Select(const std::string& sql,
                                                     absl::Span<const NativeType> types) const;
  // A statement without an answer that may be carried out twice. Repeated as Select.
  absl::Status Execute(const std::string& sql) const;
  // The same, but tried once. After UNAVAILABLE with a `query_id`, call WaitForEnd and look.
  absl::Status ExecuteOnce(const std::string& sql, const std::string& query_id = "") const;
  // Inserts a body of one block with so many rows: all of them or none. After UNAVAILABLE, call
  // WaitForEnd and look.
  absl::Status Insert(const std::string& table, const std::string& query_id, uint64_t rows,
                      absl::Span<const absl::string_view> body) const;
  // Waits until the server has no query of that id any more. UNAVAILABLE.
  absl::Status WaitForEnd(const std::string& query_id) const;

  size_t index() const { return index_; }
  uint64_t first_token() const { return shard_.first_token; }
  // "shard 2 (db2.example:8443)".
  const std::string& name() const { return name_; }
  // In front of the message of an error: which shard has it.
  absl::Status Named(const absl::Status& status) const;

 private:
  Shard(const ClickHouseOptions& options, size_t index);

  absl::Status LearnVersion();
  absl::StatusOr<std::string> Ask(const std::string& parameters,
                                  absl::Span<const absl::string_view> body, RequestKind kind) const;
  absl::StatusOr<std::unique_ptr<NativeRows>> SelectOnce(const std::string& sql,
                                                         absl::Span<const NativeType> types) const;
  // Until it is something else than UNAVAILABLE or the time is up.
  absl::Status Patiently(const std::function<absl::Status()>& attempt) const;

  const ClickHouseOptions& options_;
  const size_t index_;
  const ClickHouseShard& shard_;
  const std::string name_;
  const HttpsClient client_;
  std::string select_settings_;
  std::string insert_settings_;
};

}  // namespace blindlink::resolver
