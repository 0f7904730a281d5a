#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/config/v1/resolver_config.pb.h"

namespace blindlink::resolver {

// The part of the resolver's configuration that says where token indexes are.

// "db1.example:8443" or "[::1]:8443".
struct Endpoint {
  std::string host;
  uint16_t port = 0;
};
std::optional<Endpoint> ParseEndpoint(absl::string_view text);

// The first token of each shard, as the first eight bytes of a token make a number. Nothing if they
// do not rise from 0, or if some shards have one and others do not.
std::optional<std::vector<uint64_t>> FirstTokens(const config::v1::ClickHouseIndex& index);

// Fills in the defaults; relative paths become those in `folder`.
void FillIndexDefaults(const std::filesystem::path& folder, config::v1::IndexConfig* config);

// What is missing or meaningless, each as "index.clickhouse.FIELD: why".
std::vector<std::string> IndexErrors(const config::v1::IndexConfig& config);

// The same for a cluster alone, each as "clickhouse.FIELD: why".
void FillClusterDefaults(const std::filesystem::path& folder, config::v1::ClickHouseIndex* index);
std::vector<std::string> ClusterErrors(const config::v1::ClickHouseIndex& index);

}  // namespace blindlink::resolver
