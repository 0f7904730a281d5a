#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "absl/strings/str_split.h"
#include "blindlink/v1/access_service.grpc.pb.h"
#include "common/access/all_grants.h"
#include "common/access/grant_text.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/rpc/unary_call.h"
#include "researcher/commands/commands.h"

namespace blindlink::researcher {
namespace {

struct AccessArguments {
  ConnectionFlags connection;
  v1::AccessRequest request;
  std::vector<std::string> site_pairs;
  std::string level;
  std::string until;
  std::string grant;
  std::string json;
};

absl::StatusOr<v1::SitePair> ParseSitePair(const std::string& text) {
  const std::vector<std::string> sites = absl::StrSplit(text, ':');
  if (sites.size() != 2 || sites[0].empty() || sites[1].empty()) {
    return absl::InvalidArgumentError("--sites: expected two sites, as north:south");
  }
  v1::SitePair pair;
  pair.set_left(sites[0]);
  pair.set_right(sites[1]);
  return pair;
}

absl::Status RequestAccess(const AccessArguments& arguments) {
  v1::AccessRequest request = arguments.request;
  BL_ASSIGN_OR_RETURN(const v1::AccessLevel level, ParseLevel(arguments.level));
  request.set_level(level);
  BL_ASSIGN_OR_RETURN(const int64_t until, ParseTime("--until", arguments.until));
  request.set_expires_unix_seconds(until);
  for (const std::string& pair : arguments.site_pairs) {
    BL_ASSIGN_OR_RETURN(*request.add_site_pairs(), ParseSitePair(pair));
  }
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Access>(arguments.connection));
  BL_ASSIGN_OR_RETURN(const v1::Grant grant,
                      UnaryCall(*stub, &v1::Access::Stub::RequestAccess, request));
  return PrintAnswer(GrantText(grant), grant, arguments.json);
}

absl::Status ListGrants(const AccessArguments& arguments) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Access>(arguments.connection));
  BL_ASSIGN_OR_RETURN(
      const v1::ListGrantsResponse list,
      ListAllGrants(arguments.request.project(), [&](const v1::ListGrantsRequest& request) {
        return UnaryCall(*stub, &v1::Access::Stub::ListGrants, request);
      }));
  return PrintAnswer(GrantTable(list), list, arguments.json);
}

absl::Status ShowGrant(const AccessArguments& arguments) {
  v1::GetGrantRequest request;
  request.set_project(arguments.request.project());
  request.set_grant(arguments.grant);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Access>(arguments.connection));
  BL_ASSIGN_OR_RETURN(const v1::Grant grant,
                      UnaryCall(*stub, &v1::Access::Stub::GetGrant, request));
  return PrintAnswer(GrantText(grant), grant, arguments.json);
}

void AddText(CLI::App* app, const char* flag, std::string* text, const char* description) {
  app->add_option(flag, *text, description)->required();
}

// What every command has. `what` names what it prints.
void AddCommon(CLI::App* app, const std::string& what, AccessArguments* arguments) {
  app->add_option("--project", *arguments->request.mutable_project(), "Project")
      ->required()
      ->check(IsName());
  AddJsonFlag(*app, what, &arguments->json);
  AddConnectionFlags(*app, &arguments->connection);
}

Command AddRequestCommand(CLI::App& group) {
  CLI::App* app = group.add_subcommand("request", "Ask for a run's results");
  app->footer(
      "Example:\n  blindlink-researcher access request --project asthma --run run-000001 "
      "--level pairs \\\n      --sites hss:hc --until 2027-06-30 --purpose 'Sensitivity of ...' "
      "\\\n"
      "      --legal-basis 'Decision 12/26 of the ethics board' --necessity '...' \\\n"
      "      --proportionality '...' --harm '...' --resolver resolver.example.org:7443 \\\n"
      "      --cert study.pem --key study.key --ca ca.pem");
  auto arguments = std::make_shared<AccessArguments>();
  v1::AccessRequest& request = arguments->request;
  AddCommon(app, "the request", arguments.get());
  app->add_option("--run", *request.mutable_run(), "Linkage run")->required()->check(IsName());
  AddText(app, "--level", &arguments->level, "What is needed: counts, pairs or entity-map");
  AddText(app, "--until", &arguments->until, "The grant's end: a day, as 2027-06-30");
  app->add_option("--sites", arguments->site_pairs,
                  "Two sites whose pairs are needed, as north:south (repeat) [all]");
  AddText(app, "--purpose", request.mutable_purpose(), "What the results are for");
  AddText(app, "--legal-basis", request.mutable_legal_basis(), "Why they may be used for it");
  AddText(app, "--necessity", request.mutable_rubric()->mutable_necessity(),
          "Why the purpose needs them, and no less");
  AddText(app, "--proportionality", request.mutable_rubric()->mutable_proportionality(),
          "Why the benefit is worth the intrusion");
  AddText(app, "--harm", request.mutable_rubric()->mutable_harm(),
          "What could go wrong for persons, and what is done against it");
  CLI::Option* relink = app->add_flag_callback(
      "--relink", [arguments] { arguments->request.set_relink(true); },
      "Sites shall be able to turn pseudonyms back");
  app->add_flag_callback(
         "--site-pseudonyms", [arguments] { arguments->request.set_site_pseudonyms(true); },
         "Records with the sites' own pseudonyms, to join extracts (timeline); each site can turn "
         "them back")
      ->needs(relink);
  return {app, [arguments] { return RequestAccess(*arguments); }};
}

}  // namespace

std::vector<Command> AddAccessCommands(CLI::App& program) {
  CLI::App& group = *program.add_subcommand(
      "access", "Ask for access to a project that releases by grant (docs/access.md)");
  group.require_subcommand(1);
  std::vector<Command> commands;
  commands.push_back(AddRequestCommand(group));
  auto listed = std::make_shared<AccessArguments>();
  CLI::App* list = group.add_subcommand("list", "List your requests and grants");
  AddCommon(list, "the list", listed.get());
  commands.push_back({list, [listed] { return ListGrants(*listed); }});
  auto shown = std::make_shared<AccessArguments>();
  CLI::App* show = group.add_subcommand("show", "Show a request and what was decided about it");
  AddCommon(show, "the grant", shown.get());
  show->add_option("--grant", shown->grant, "Grant")->required()->check(IsName());
  commands.push_back({show, [shown] { return ShowGrant(*shown); }});
  return commands;
}

}  // namespace blindlink::researcher
