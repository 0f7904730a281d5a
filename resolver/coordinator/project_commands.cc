#include <stdio.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "blindlink/v1/key_exchange_service.grpc.pb.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "common/access/grant_text.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/plan/plan.h"
#include "common/plan/site_columns.h"
#include "common/rpc/unary_call.h"
#include "resolver/coordinator/coordinator_commands.h"
#include "resolver/coordinator/key_commands.h"
#include "resolver/coordinator/party_text.h"

namespace blindlink::resolver {
namespace {

constexpr char kStandingAccess[] =
    "note: the researchers named above may fetch the pairs and entities of every run, as often as "
    "they like:\n      nobody approves it. With --release by-grant two coordinators approve each "
    "release (docs/access.md).\n";

// What differs from a project without limits and ends.
std::string DescribeLimits(const v1::ProjectInfo& info) {
  std::string text = absl::StrCat("release              ",
                                  info.release() == v1::RELEASE_BY_GRANT
                                      ? "by grant, which two coordinators approve"
                                      : "to the researchers that are named",
                                  "\n");
  for (const v1::SiteCensus& census : info.site_census()) {
    absl::StrAppend(&text, "census               ", census.site(), ": ", census.records(),
                    " records\n");
  }
  if (info.retention().run_days() > 0) {
    absl::StrAppend(&text, "results are kept     ", info.retention().run_days(), " days\n");
  }
  if (info.retention().dataset_days() > 0) {
    absl::StrAppend(&text, "datasets are kept    ", info.retention().dataset_days(), " days\n");
  }
  if (info.retention().end_unix_seconds() > 0) {
    absl::StrAppend(&text, "ends, and is purged  ", TimeText(info.retention().end_unix_seconds()),
                    "\n");
  }
  return text;
}

std::string Describe(const v1::ProjectInfo& info) {
  return absl::StrCat(
      "project              ", info.name(), "\nplan digest          ",
      HexEncode(info.plan_digest()), "\ntokenization digest  ",
      HexEncode(info.tokenization_digest()), "\nsites                ",
      absl::StrJoin(info.sites(), ", "), "\nresearchers          ",
      absl::StrJoin(info.researchers(), ", "), "\ntoken key id         ",
      info.token_key_id().empty()
          ? "none yet: bound once all sites state the same, or by the first run over all"
          : HexEncode(info.token_key_id()),
      "\ncreated              ",
      absl::FormatTime(absl::RFC3339_sec, absl::FromUnixSeconds(info.created_unix_seconds()),
                       absl::UTCTimeZone()),
      "\n", JoinedText(info), DescribeLimits(info));
}

struct CreateFlags {
  ConnectionFlags connection;
  std::string name;
  std::string plan_file;
  std::vector<std::string> sites;
  std::vector<std::string> researchers;
  std::vector<std::string> columns;
  std::string key_id;
  std::string release;
  std::vector<std::string> census;
  std::string until;
  uint32_t keep_runs_days = 0;
  uint32_t keep_datasets_days = 0;
  std::string json;
};

absl::Status AddRelease(const CreateFlags& flags, v1::CreateProjectRequest* request) {
  if (flags.release == "by-grant") request->set_release(v1::RELEASE_BY_GRANT);
  for (const std::string& one : flags.census) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(one, absl::MaxSplits('=', 1));
    uint64_t records = 0;
    if (parts.first.empty() || !absl::SimpleAtoi(parts.second, &records) || records == 0) {
      return absl::InvalidArgumentError("--site-census: expected SITE=RECORDS, as north=500000");
    }
    v1::SiteCensus& census = *request->add_site_census();
    census.set_site(parts.first);
    census.set_records(records);
  }
  request->mutable_retention()->set_run_days(flags.keep_runs_days);
  request->mutable_retention()->set_dataset_days(flags.keep_datasets_days);
  if (flags.until.empty()) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const int64_t end, ParseTime("--until", flags.until));
  request->mutable_retention()->set_end_unix_seconds(end);
  return absl::OkStatus();
}

// The plan for sites with these columns. Prints to `out` which match keys are on and why.
absl::StatusOr<std::string> PlanFor(const std::string& plan,
                                    const std::vector<std::string>& columns, FILE* out) {
  std::vector<SiteColumns> sites;
  for (const std::string& of_site : columns) {
    BL_ASSIGN_OR_RETURN(sites.emplace_back(), ParseSiteColumns(of_site));
  }
  BL_ASSIGN_OR_RETURN(std::string text, PlanForSites(plan, sites));
  BL_ASSIGN_OR_RETURN(const Plan made, Plan::Parse(text));
  if (made.proto().columns().empty()) {
    fputs("The plan has no spare match keys and is used as it is.\n\n", out);
  } else {
    fputs(absl::StrCat("Match keys, by the columns that the sites have:\n",
                       DescribeChoice(made.proto(), made.choices()), "\n")
              .c_str(),
          out);
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
    BL_ASSIGN_OR_RETURN(
        *request.mutable_plan_text(),
        PlanFor(request.plan_text(), flags.columns, PrintsText(flags.json) ? stdout : stderr));
  }
  if (!flags.key_id.empty()) {
    const std::optional<std::string> id = HexDecode(flags.key_id);
    if (!id) return absl::InvalidArgumentError("--key-id: expected 16 hexadecimal digits");
    request.set_token_key_id(*id);
  }
  request.set_name(flags.name);
  request.mutable_sites()->Assign(flags.sites.begin(), flags.sites.end());
  request.mutable_researchers()->Assign(flags.researchers.begin(), flags.researchers.end());
  BL_RETURN_IF_ERROR(AddRelease(flags, &request));
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Project>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ProjectInfo info,
                      UnaryCall(*stub, &v1::Project::Stub::CreateProject, request));
  BL_RETURN_IF_ERROR(PrintAnswer(Describe(info), info, flags.json));
  if (info.release() != v1::RELEASE_BY_GRANT && !info.researchers().empty()) {
    fputs(kStandingAccess, stderr);
  }
  return absl::OkStatus();
}

void AddReleaseFlags(CLI::App& command, CreateFlags* flags) {
  command
      .add_option("--release", flags->release,
                  "How results are released: standing (to the named researchers) or by-grant "
                  "(docs/access.md) [standing]")
      ->check(CLI::IsMember({"standing", "by-grant"}));
  command.add_option("--site-census", flags->census,
                     "How many records a site may send: SITE=RECORDS (repeat) [no limit]");
  command.add_option("--keep-runs-days", flags->keep_runs_days,
                     "Remove the result of a run so many days after its start [never]");
  command.add_option("--keep-datasets-days", flags->keep_datasets_days,
                     "Remove each dataset's tokens so many days after its upload began [never]");
  command.add_option("--until", flags->until,
                     "Destroy the project with all its data on this day, as 2028-12-31 [never]");
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
      "prints it [bound once all sites state the same (keys confirm), or by the first run over "
      "all]");
  AddReleaseFlags(*command, flags.get());
  AddJsonFlag(*command, "the project", &flags->json);
  return {command, [flags] { return CreateProject(*flags); }};
}

std::string ProjectTable(const v1::ListProjectsResponse& list) {
  std::string text;
  for (const v1::ProjectInfo& info : list.projects()) {
    if (!info.damage().empty()) {
      absl::StrAppendFormat(&text, "%-24s DAMAGED  %s\n", info.name(), info.damage());
      continue;
    }
    absl::StrAppendFormat(&text, "%-24s %d sites  %s\n", info.name(), info.sites_size(),
                          absl::StrJoin(info.sites(), ", "));
  }
  return text;
}

struct ListFlags {
  ConnectionFlags connection;
  std::string json;
};

absl::Status ListProjects(const ListFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Project>(flags.connection));
  BL_ASSIGN_OR_RETURN(
      const v1::ListProjectsResponse response,
      UnaryCall(*stub, &v1::Project::Stub::ListProjects, v1::ListProjectsRequest()));
  return PrintAnswer(ProjectTable(response), response, flags.json);
}

Command AddListCommand(CLI::App& group) {
  auto flags = std::make_shared<ListFlags>();
  CLI::App* command =
      AddCoordinatorCommand(group, "list", "List all projects", "", &flags->connection);
  AddJsonFlag(*command, "the list", &flags->json);
  return {command, [flags] { return ListProjects(*flags); }};
}

struct ShowFlags {
  ConnectionFlags connection;
  std::string name;
  bool plan = false;
  std::string json;
};

// Which token key each site states it holds, one site in a line.
std::string DescribeTokenKeys(const v1::KeyExchangeState& state) {
  std::string text;
  for (const v1::SiteKeyState& site : state.sites()) {
    absl::StrAppendFormat(
        &text, "%-20s %s%s\n", absl::StrCat("  held by ", site.site()),
        site.token_key_id().empty() ? "not stated" : HexEncode(site.token_key_id()),
        state.has_next() && site.token_key_epoch() != 0
            ? absl::StrCat(" (epoch ", site.token_key_epoch(), ")")
            : "");
  }
  return text;
}

absl::Status ShowProject(const ShowFlags& flags) {
  v1::GetProjectRequest request;
  request.set_name(flags.name);
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, Connect(flags.connection));
  BL_ASSIGN_OR_RETURN(
      const v1::ProjectInfo info,
      UnaryCall(*v1::Project::NewStub(channel), &v1::Project::Stub::GetProject, request));
  if (flags.plan) {
    fputs(info.plan_text().c_str(), stdout);
    return absl::OkStatus();
  }
  v1::GetKeyExchangeRequest exchange;
  exchange.set_project(flags.name);
  BL_ASSIGN_OR_RETURN(const v1::KeyExchangeState state,
                      UnaryCall(*v1::KeyExchange::NewStub(channel),
                                &v1::KeyExchange::Stub::GetKeyExchange, exchange));
  BL_ASSIGN_OR_RETURN(const std::string project_json, AnswerAsJson(info));
  BL_ASSIGN_OR_RETURN(const std::string keys_json, AnswerAsJson(state));
  return PrintReport(
      absl::StrCat(Describe(info), DescribeTokenKeys(state)),
      absl::StrCat("{\"project\": ", project_json, ", \"key_exchange\": ", keys_json, "}\n"),
      flags.json);
}

Command AddShowCommand(CLI::App& group) {
  auto flags = std::make_shared<ShowFlags>();
  CLI::App* command = AddCoordinatorCommand(group, "show", "Show a project",
                                            "--project asthma --plan", &flags->connection);
  command->add_option("--project,project", flags->name, "The project")->required()->check(IsName());
  CLI::Option* plan =
      command->add_flag("--plan", flags->plan, "Print the exact text of the linkage plan instead");
  AddJsonFlag(*command, "the project", &flags->json)->excludes(plan);
  return {command, [flags] { return ShowProject(*flags); }};
}

struct PurgeFlags {
  ConnectionFlags connection;
  v1::PurgeProjectRequest request;
};

absl::Status PurgeProject(const PurgeFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Project>(flags.connection));
  BL_RETURN_IF_ERROR(UnaryCall(*stub, &v1::Project::Stub::PurgeProject, flags.request).status());
  absl::PrintF(
      "Project %s is gone, and so are its keys. The resolver removes what is left of its files as "
      "soon as\nits present work ends. Backups of the resolver's disk still have them.\n",
      flags.request.name());
  return absl::OkStatus();
}

Command AddPurgeCommand(CLI::App& group) {
  auto flags = std::make_shared<PurgeFlags>();
  CLI::App* command = AddCoordinatorCommand(
      group, "purge", "Destroy a project: its tokens, results, grants and keys",
      "--project asthma --confirm asthma", &flags->connection);
  command->add_option("--project", *flags->request.mutable_name(), "The project")
      ->required()
      ->check(IsName());
  command->add_option("--confirm", *flags->request.mutable_confirm(), "Its name once more")
      ->required();
  return {command, [flags] { return PurgeProject(*flags); }};
}

}  // namespace

std::vector<Command> AddProjectCommands(CLI::App& app) {
  CLI::App& group = *app.add_subcommand("project", "Coordinator: projects and their plans");
  group.require_subcommand(1);
  std::vector<Command> commands = {AddCreateCommand(group),     AddListCommand(group),
                                   AddShowCommand(group),       AddSiteCommand(group),
                                   AddResearcherCommand(group), AddPurgeCommand(group),
                                   AddDropIndexCommand(group),  AddWithdrawalsCommand(group)};
  for (Command& command : AddProjectKeyCommands(group)) commands.push_back(std::move(command));
  return commands;
}

}  // namespace blindlink::resolver
