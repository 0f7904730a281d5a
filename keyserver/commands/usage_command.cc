#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"
#include "keyserver/commands/commands.h"
#include "keyserver/config/keyserver_config.h"
#include "keyserver/quota/daily_counts.h"

namespace blindlink::keyserver {
namespace {

struct UsageFlags {
  std::string config_file;
  std::string json;
};

struct Usage {
  std::string project;
  std::string site;
  uint64_t today;
  uint64_t allowed;
};

std::string ToText(const std::vector<Usage>& rows) {
  std::string text =
      absl::StrFormat("%-20s %-20s %15s %15s\n", "project", "site", "today (UTC)", "allowed");
  for (const Usage& row : rows) {
    absl::StrAppendFormat(&text, "%-20s %-20s %15d %15d\n", row.project, row.site, row.today,
                          row.allowed);
  }
  return text;
}

std::string ToJson(const std::vector<Usage>& rows) {
  JsonWriter json;
  json.BeginObject().Key("sites").BeginArray();
  for (const Usage& row : rows) {
    json.BeginObject().Key("project").Text(row.project).Key("site").Text(row.site);
    json.Key("elements_today").Number(row.today).Key("elements_per_day").Number(row.allowed);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return json.Finish();
}

absl::Status PrintUsage(const UsageFlags& flags) {
  BL_ASSIGN_OR_RETURN(const config::v1::KeyServerConfig config,
                      ReadKeyServerConfig(flags.config_file));
  DailyCounts counts(config.state_directory());
  const absl::Time now = absl::Now();
  std::vector<Usage> rows;
  for (const config::v1::KeyServerProject& project : config.projects()) {
    for (const config::v1::KeyServerSite& site : project.sites()) {
      BL_ASSIGN_OR_RETURN(const uint64_t today, counts.CountOf(project.name(), site.name(), now));
      rows.push_back({project.name(), site.name(), today, site.elements_per_day()});
    }
  }
  return PrintReport(ToText(rows), ToJson(rows), flags.json);
}

}  // namespace

Command AddUsageCommand(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("usage", "Print how many elements each site has asked for today, and may");
  auto flags = std::make_shared<UsageFlags>();
  command->add_option("--config", flags->config_file, "Configuration (textproto)")->required();
  AddJsonFlag(*command, "the list", &flags->json);
  command->footer(
      "Example:\n  blindlink-keyserver usage --config /etc/blindlink/keyserver.textproto");
  return {command, [flags] { return PrintUsage(*flags); }};
}

}  // namespace blindlink::keyserver
