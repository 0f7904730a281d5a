#pragma once

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "blindlink/config/v1/resolver_config.pb.h"

namespace blindlink::resolver {

// Reads the resolver's configuration (protobuf text) and fills in every default; defaults are
// defined only here. Relative paths are relative to the file's own folder. INVALID_ARGUMENT with
// line and column for an unknown field, or a missing or meaningless value; FAILED_PRECONDITION if
// every user of the machine may write to the file.
absl::StatusOr<config::v1::ResolverConfig> ReadResolverConfig(const std::filesystem::path& file);

// The same for the `text` of `file`.
absl::StatusOr<config::v1::ResolverConfig> ParseResolverConfig(const std::string& text,
                                                               const std::filesystem::path& file);

}  // namespace blindlink::resolver
