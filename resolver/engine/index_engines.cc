#include "resolver/engine/index_engines.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/secret_bytes.h"
#include "common/base/status_macros.h"
#include "resolver/config/index_config.h"
#include "resolver/index/clickhouse/clickhouse_token_index.h"
#include "resolver/index/clickhouse/shared_clickhouse_index.h"
#include "resolver/index/rocksdb/rocksdb_engine.h"

namespace blindlink::resolver {
namespace {

absl::StatusOr<SecretBytes> ReadPassword(const std::string& file) {
  BL_ASSIGN_OR_RETURN(std::string text, ReadPrivateFile(file));
  const absl::string_view line = absl::StripTrailingAsciiWhitespace(text);
  SecretBytes password({reinterpret_cast<const uint8_t*>(line.data()), line.size()});
  WipeMemory(text.data(), text.size());
  if (password.size() > 0) return password;
  return absl::InvalidArgumentError(absl::StrCat("the password file ", file, " is empty"));
}

absl::StatusOr<ClickHouseOptions> OptionsOf(const config::v1::ClickHouseIndex& index) {
  ClickHouseOptions options;
  const auto first_tokens = FirstTokens(index);
  for (int i = 0; i < index.shards_size(); ++i) {
    if (!first_tokens.has_value()) {
      return absl::InternalError("the configuration has not been checked");
    }
    ClickHouseShard& shard = options.shards.emplace_back();
    shard.first_token = (*first_tokens)[static_cast<size_t>(i)];
    std::vector<std::string> texts = {index.shards(i).endpoint()};
    texts.insert(texts.end(), index.shards(i).replicas().begin(), index.shards(i).replicas().end());
    for (const std::string& text : texts) {
      const auto endpoint = ParseEndpoint(text);
      if (!endpoint.has_value()) {
        return absl::InternalError("the configuration has not been checked");
      }
      shard.servers.push_back({endpoint->host, endpoint->port});
    }
  }
  options.database = index.database();
  options.user = index.user();
  BL_ASSIGN_OR_RETURN(options.password, ReadPassword(index.password_file()));
  options.ca_file = index.ca_file();
  options.certificate_file = index.certificate_file();
  options.private_key_file = index.private_key_file();
  options.rows_per_chunk = index.rows_per_chunk();
  options.rows_per_part = index.rows_per_part();
  options.rows_per_range = index.rows_per_range();
  options.connect_timeout = std::chrono::milliseconds(index.connect_timeout_ms());
  options.request_timeout = std::chrono::milliseconds(index.request_timeout_ms());
  options.stall_timeout = std::chrono::milliseconds(index.stall_timeout_ms());
  options.patience = std::chrono::milliseconds(index.patience_ms());
  return options;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const IndexEngine>> MakeIndexEngine(
    const config::v1::IndexConfig& config) {
  if (!config.has_clickhouse()) return std::make_shared<const RocksDbEngine>();
  BL_ASSIGN_OR_RETURN(ClickHouseOptions options, OptionsOf(config.clickhouse()));
  return std::make_shared<const ClickHouseEngine>(std::move(options));
}

absl::StatusOr<LearnedRun::OpenIndex> MakeSharedIndexOpener(
    const config::v1::ClickHouseIndex& config) {
  BL_ASSIGN_OR_RETURN(ClickHouseOptions made, OptionsOf(config));
  const auto options = std::make_shared<const ClickHouseOptions>(std::move(made));
  // The opened index refers to the options.
  return LearnedRun::OpenIndex(
      [options](const v1::IndexAccess& access) { return OpenSharedIndex(*options, access); });
}

}  // namespace blindlink::resolver
