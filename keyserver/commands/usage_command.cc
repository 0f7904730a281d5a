#include <cinttypes>
#include <cstdio>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/time/clock.h"
#include "common/base/status_macros.h"
#include "keyserver/commands/commands.h"
#include "keyserver/config/keyserver_config.h"
#include "keyserver/quota/daily_counts.h"

namespace blindlink::keyserver {
namespace {

absl::Status PrintUsage(const std::string& config_file) {
  BL_ASSIGN_OR_RETURN(const config::v1::KeyServerConfig config, ReadKeyServerConfig(config_file));
  DailyCounts counts(config.state_directory());
  const absl::Time now = absl::Now();
  printf("%-20s %-20s %15s %15s\n", "project", "site", "today (UTC)", "allowed");
  for (const config::v1::KeyServerProject& project : config.projects()) {
    for (const config::v1::KeyServerSite& site : project.sites()) {
      BL_ASSIGN_OR_RETURN(const uint64_t today, counts.CountOf(project.name(), site.name(), now));
      printf("%-20s %-20s %15" PRIu64 " %15" PRIu64 "\n", project.name().c_str(),
             site.name().c_str(), today, site.elements_per_day());
    }
  }
  return absl::OkStatus();
}

}  // namespace

Command AddUsageCommand(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("usage", "Print how many elements each site has asked for today, and may");
  auto config_file = std::make_shared<std::string>();
  command->add_option("--config", *config_file, "Configuration (textproto)")->required();
  command->footer(
      "Example:\n  blindlink-keyserver usage --config /etc/blindlink/keyserver.textproto");
  return {command, [config_file] { return PrintUsage(*config_file); }};
}

}  // namespace blindlink::keyserver
