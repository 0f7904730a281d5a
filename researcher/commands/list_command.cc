#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "researcher/commands/commands.h"
#include "researcher/fetch/fetch.h"

namespace blindlink::researcher {
namespace {

struct ListArguments {
  ConnectionFlags connection;
  std::string project;
  std::string json;
};

std::string DatasetsOf(const v1::ResultInfo& info) {
  return absl::StrJoin(info.datasets(), " ", [](std::string* out, const v1::DatasetName& dataset) {
    absl::StrAppend(out, dataset.site(), "/", dataset.dataset());
  });
}

// Counts of a project that releases by grant are shown under a grant only.
std::string CountOf(const v1::ResultInfo& info, uint64_t count) {
  return info.by_grant() && count == 0 ? "-" : absl::StrCat(count);
}

std::string GrantText(const v1::ResultInfo& info) {
  if (!info.by_grant()) return "";
  return info.grants().empty() ? "  (needs a grant)"
                               : absl::StrCat("  (", absl::StrJoin(info.grants(), ", "), ")");
}

// Each version of the rules once, and whether the newest is new to the caller.
std::string RulesText(const std::vector<v1::ResultInfo>& runs) {
  std::string text;
  uint32_t told = 0;
  for (const v1::ResultInfo& info : runs) {
    if (info.rules_version() <= told) continue;
    told = info.rules_version();
    absl::StrAppendFormat(&text, "rules %d: %s\n", told, info.rules());
  }
  const uint32_t fetched = runs.empty() ? 0 : runs.back().rules_version_fetched();
  if (fetched > 0 && told > fetched) {
    absl::StrAppendFormat(&text, "The rules have changed since your last fetch (version %d).\n",
                          fetched);
  }
  return text;
}

std::string RunTable(const std::vector<v1::ResultInfo>& runs) {
  std::string text = absl::StrFormat("%-12s %12s %12s  %-24s %-12s %5s  %s\n", "run", "pairs",
                                     "records", "plan", "digest", "rules", "datasets");
  for (const v1::ResultInfo& info : runs) {
    if (!info.damage().empty()) {
      absl::StrAppendFormat(&text, "%-12s DAMAGED  %s\n", info.run(), info.damage());
      continue;
    }
    absl::StrAppendFormat(&text, "%-12s %12s %12s  %-24s %-12s %5s  %s%s\n", info.run(),
                          CountOf(info, info.match_pairs()), CountOf(info, info.entity_map_rows()),
                          info.plan_name(), HexEncode(info.plan_digest()).substr(0, 12),
                          info.rules_version() == 0 ? "-" : absl::StrCat(info.rules_version()),
                          DatasetsOf(info), GrantText(info));
  }
  return text;
}

absl::Status RunList(const ListArguments& arguments) {
  BL_ASSIGN_OR_RETURN(auto stub, ConnectTo<v1::Result>(arguments.connection));
  ResultClient client(std::move(stub));
  BL_ASSIGN_OR_RETURN(const auto runs, ListResults(client, arguments.project));
  v1::ListResultsResponse list;
  list.mutable_results()->Assign(runs.begin(), runs.end());
  return PrintAnswer(RunTable(runs) + RulesText(runs), list, arguments.json);
}

}  // namespace

Command AddListCommand(CLI::App& program) {
  CLI::App* app = program.add_subcommand("list", "List the finished linkage runs of a project");
  auto arguments = std::make_shared<ListArguments>();
  app->add_option("--project", arguments->project, "Project")->required()->check(IsName());
  AddJsonFlag(*app, "the list", &arguments->json);
  AddConnectionFlags(*app, &arguments->connection);
  return {app, [arguments] { return RunList(*arguments); }};
}

}  // namespace blindlink::researcher
