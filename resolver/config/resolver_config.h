#pragma once

#include <filesystem>

#include "absl/status/statusor.h"
#include "blindlink/config/v1/resolver_config.pb.h"

namespace blindlink::resolver {

// Reads the resolver's configuration (protobuf text) and fills in every default; this is the one
// place where defaults stand. Relative paths are taken from the file's own folder. INVALID_ARGUMENT
// with line and column: an unknown field, a missing or senseless value.
absl::StatusOr<config::v1::ResolverConfig> ReadResolverConfig(const std::filesystem::path& file);

}  // namespace blindlink::resolver
