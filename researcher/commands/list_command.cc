#include <cstdio>
#include <memory>

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "researcher/commands/commands.h"
#include "researcher/fetch/fetch.h"

namespace blindlink::researcher {
namespace {

struct ListArguments {
  ConnectionFlags connection;
  std::string project;
};

std::string DatasetsOf(const v1::ResultInfo& info) {
  return absl::StrJoin(info.datasets(), " ", [](std::string* out, const v1::DatasetName& dataset) {
    absl::StrAppend(out, dataset.site(), "/", dataset.dataset());
  });
}

absl::Status RunList(const ListArguments& arguments) {
  BL_ASSIGN_OR_RETURN(auto stub, ConnectTo<v1::Result>(arguments.connection));
  ResultClient client(std::move(stub));
  BL_ASSIGN_OR_RETURN(const auto runs, ListResults(client, arguments.project));
  absl::PrintF("%-12s %12s %12s  %-24s %-12s  %s\n", "run", "pairs", "records", "plan", "digest",
               "datasets");
  for (const v1::ResultInfo& info : runs) {
    if (!info.damage().empty()) {
      absl::PrintF("%-12s DAMAGED  %s\n", info.run(), info.damage());
      continue;
    }
    absl::PrintF("%-12s %12d %12d  %-24s %-12s  %s\n", info.run(), info.match_pairs(),
                 info.entity_map_rows(), info.plan_name(),
                 HexEncode(info.plan_digest()).substr(0, 12), DatasetsOf(info));
  }
  return absl::OkStatus();
}

}  // namespace

Command AddListCommand(CLI::App& program) {
  CLI::App* app = program.add_subcommand("list", "List the finished linkage runs of a project");
  auto arguments = std::make_shared<ListArguments>();
  app->add_option("--project", arguments->project, "Project")->required()->check(IsName());
  AddConnectionFlags(*app, &arguments->connection);
  return {app, [arguments] { return RunList(*arguments); }};
}

}  // namespace blindlink::researcher
