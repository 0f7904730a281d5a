#pragma once

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "blindlink/config/v1/resolver_config.pb.h"

namespace blindlink::resolver {

// Reads a worker's configuration, with defaults and errors as ReadResolverConfig has them.
absl::StatusOr<config::v1::WorkerConfig> ReadWorkerConfig(const std::filesystem::path& file);

// The same for the `text` of `file`.
absl::StatusOr<config::v1::WorkerConfig> ParseWorkerConfig(const std::string& text,
                                                           const std::filesystem::path& file);

}  // namespace blindlink::resolver
