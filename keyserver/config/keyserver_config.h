#pragma once

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/config/v1/keyserver_config.pb.h"

namespace blindlink::keyserver {

// Reads the configuration file and checks it. Relative paths then start from its folder.
// INVALID_ARGUMENT lists all mistakes; FAILED_PRECONDITION if every user of the machine may write
// to the file.
absl::StatusOr<config::v1::KeyServerConfig> ReadKeyServerConfig(const std::filesystem::path& file);
// The same of a file's content.
absl::StatusOr<config::v1::KeyServerConfig> ParseKeyServerConfig(const std::string& text,
                                                                 const std::filesystem::path& file);

// Null if there is none of that name.
const config::v1::KeyServerProject* FindProject(const config::v1::KeyServerConfig& config,
                                                absl::string_view name);
const config::v1::KeyServerSite* FindSite(const config::v1::KeyServerProject& project,
                                          absl::string_view name);

}  // namespace blindlink::keyserver
