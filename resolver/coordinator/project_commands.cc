#include <stdio.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/plan/plan.h"
#include "common/plan/site_columns.h"
#include "common/rpc/unary_call.h"
#include "resolver/coordinator/coordinator_commands.h"

namespace blindlink::resolver {
namespace {

std::string Describe(const v1::ProjectInfo& info) {
  return absl::StrCat(
      "project              ", info.name(), "\nplan digest          ",
      HexEncode(info.plan_digest()), "\ntokenization digest  ",
      HexEncode(info.tokenization_digest()), "\nsites                ",
      absl::StrJoin(info.sites(), ", "), "\nresearchers          ",
      absl::StrJoin(info.researchers(), ", "), "\ntoken key id         ",
      info.token_key_id().empty() ? "none yet: the first run over all sites binds it"
                                  : HexEncode(info.token_key_id()),
      "\ncreated              ",
      absl::FormatTime(absl::RFC3339_sec, absl::FromUnixSeconds(info.created_unix_seconds()),
                       absl::UTCTimeZone()),
      "\n");
}

struct CreateFlags {
  ConnectionFlags connection;
  std::string name;
  std::string plan_file;
  std::vector<std::string> sites;
  std::vector<std::string> researchers;
  std::vector<std::string> columns;
  std::string key_id;
};

// The plan for sites with these columns. Prints which match keys are on and why.
absl::StatusOr<std::string> PlanFor(const std::string& plan,
                                    const std::vector<std::string>& columns) {
  std::vector<SiteColumns> sites;
  for (const std::string& of_site : columns) {
    BL_ASSIGN_OR_RETURN(sites.emplace_back(), ParseSiteColumns(of_site));
  }
  BL_ASSIGN_OR_RETURN(std::string text, PlanForSites(plan, sites));
  BL_ASSIGN_OR_RETURN(const Plan made, Plan::Parse(text));
  if (made.proto().columns().empty()) {
    fputs("The plan has no spare match keys and is used as it is.\n\n", stdout);
  } else {
    fputs(absl::StrCat("Match keys, by the columns that the sites have:\n",
                       DescribeChoice(made.proto(), made.choices()), "\n")
              .c_str(),
          stdout);
  }
  return text;
}

absl::Status CreateProject(const CreateFlags& flags) {
  if (!flags.columns.empty() && flags.columns.size() != flags.sites.size()) {
    return absl::InvalidArgumentError("state --columns once for each site, or not at all");
  }
  v1::CreateProjectRequest request;
  BL_ASSIGN_OR_RETURN(*request.mutable_plan_text(), ReadFile(flags.plan_file));
  if (!flags.columns.empty()) {
    BL_ASSIGN_OR_RETURN(*request.mutable_plan_text(), PlanFor(request.plan_text(), flags.columns));
  }
  if (!flags.key_id.empty()) {
    const std::optional<std::string> id = HexDecode(flags.key_id);
    if (!id) return absl::InvalidArgumentError("--key-id: expected 16 hexadecimal digits");
    request.set_token_key_id(*id);
  }
  request.set_name(flags.name);
  request.mutable_sites()->Assign(flags.sites.begin(), flags.sites.end());
  request.mutable_researchers()->Assign(flags.researchers.begin(), flags.researchers.end());
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Project>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ProjectInfo info,
                      UnaryCall(*stub, &v1::Project::Stub::CreateProject, request));
  fputs(Describe(info).c_str(), stdout);
  return absl::OkStatus();
}

Command AddCreateCommand(CLI::App& group) {
  auto flags = std::make_shared<CreateFlags>();
  CLI::App* command = AddCoordinatorCommand(
      group, "create", "Create a project with a linkage plan",
      "--name asthma --plan us-default.textproto --site hss --site hc --researcher study",
      &flags->connection);
  command->add_option("--name", flags->name, "The project's name: a-z, 0-9 and '-'")
      ->required()
      ->check(IsName());
  command->add_option("--plan", flags->plan_file, "The linkage plan (textproto)")->required();
  command->add_option("--site", flags->sites, "A participating site (repeat)")
      ->required()
      ->check(IsName());
  command
      ->add_option("--researcher", flags->researchers,
                   "A researcher who may fetch results (repeat)")
      ->check(IsName());
  command->add_option(
      "--columns", flags->columns,
      "What a site's file has, as blindlink-agent profile prints it: FIELD=SHARE,... "
      "(repeat for each site). Chooses the plan's match keys [all that are not spare]");
  command->add_option(
      "--key-id", flags->key_id,
      "The id of the token key that all uploads must have, as blindlink-agent key-id "
      "prints it [bound by the first run over all sites]");
  return {command, [flags] { return CreateProject(*flags); }};
}

absl::Status ListProjects(const ConnectionFlags& connection) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Project>(connection));
  BL_ASSIGN_OR_RETURN(
      const v1::ListProjectsResponse response,
      UnaryCall(*stub, &v1::Project::Stub::ListProjects, v1::ListProjectsRequest()));
  for (const v1::ProjectInfo& info : response.projects()) {
    if (!info.damage().empty()) {
      absl::PrintF("%-24s DAMAGED  %s\n", info.name(), info.damage());
      continue;
    }
    absl::PrintF("%-24s %d sites  %s\n", info.name(), info.sites_size(),
                 absl::StrJoin(info.sites(), ", "));
  }
  return absl::OkStatus();
}

Command AddListCommand(CLI::App& group) {
  auto connection = std::make_shared<ConnectionFlags>();
  CLI::App* command =
      AddCoordinatorCommand(group, "list", "List all projects", "", connection.get());
  return {command, [connection] { return ListProjects(*connection); }};
}

struct ShowFlags {
  ConnectionFlags connection;
  std::string name;
  bool plan = false;
};

absl::Status ShowProject(const ShowFlags& flags) {
  v1::GetProjectRequest request;
  request.set_name(flags.name);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Project>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ProjectInfo info,
                      UnaryCall(*stub, &v1::Project::Stub::GetProject, request));
  fputs(flags.plan ? info.plan_text().c_str() : Describe(info).c_str(), stdout);
  return absl::OkStatus();
}

Command AddShowCommand(CLI::App& group) {
  auto flags = std::make_shared<ShowFlags>();
  CLI::App* command = AddCoordinatorCommand(group, "show", "Show a project",
                                            "--project asthma --plan", &flags->connection);
  command->add_option("--project,project", flags->name, "The project")->required()->check(IsName());
  command->add_flag("--plan", flags->plan, "Print the exact text of the linkage plan instead");
  return {command, [flags] { return ShowProject(*flags); }};
}

}  // namespace

std::vector<Command> AddProjectCommands(CLI::App& app) {
  CLI::App& group = *app.add_subcommand("project", "Coordinator: projects and their plans");
  group.require_subcommand(1);
  return {AddCreateCommand(group), AddListCommand(group), AddShowCommand(group),
          AddDropIndexCommand(group)};
}

}  // namespace blindlink::resolver
