#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "blindlink/v1/access_service.grpc.pb.h"
#include "common/access/all_grants.h"
#include "common/access/grant_text.h"
#include "common/access/relink_token_file.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/rpc/unary_call.h"
#include "resolver/coordinator/coordinator_commands.h"

namespace blindlink::resolver {
namespace {

struct AccessFlags {
  ConnectionFlags connection;
  std::string project;
  std::string grant;
  std::string reason;
  std::string out;
  std::string json;
};

absl::Status ListGrants(const AccessFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Access>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ListGrantsResponse list,
                      ListAllGrants(flags.project, [&](const v1::ListGrantsRequest& request) {
                        return UnaryCall(*stub, &v1::Access::Stub::ListGrants, request);
                      }));
  return PrintAnswer(GrantTable(list), list, flags.json);
}

v1::GetGrantRequest GrantOf(const AccessFlags& flags) {
  v1::GetGrantRequest request;
  request.set_project(flags.project);
  request.set_grant(flags.grant);
  return request;
}

absl::Status ShowGrant(const AccessFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Access>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::Grant grant,
                      UnaryCall(*stub, &v1::Access::Stub::GetGrant, GrantOf(flags)));
  return PrintAnswer(GrantText(grant), grant, flags.json);
}

absl::Status Decide(const AccessFlags& flags, bool approve) {
  v1::DecideAccessRequest request;
  request.set_project(flags.project);
  request.set_grant(flags.grant);
  request.set_approve(approve);
  request.set_reason(flags.reason);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Access>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::Grant grant,
                      UnaryCall(*stub, &v1::Access::Stub::DecideAccess, request));
  const char* more =
      grant.state() == v1::GRANT_REQUESTED ? "Another coordinator must approve it too.\n" : "";
  return PrintAnswer(GrantText(grant) + more, grant, flags.json);
}

absl::Status RevokeGrant(const AccessFlags& flags) {
  v1::RevokeAccessRequest request;
  request.set_project(flags.project);
  request.set_grant(flags.grant);
  request.set_reason(flags.reason);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Access>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::Grant grant,
                      UnaryCall(*stub, &v1::Access::Stub::RevokeAccess, request));
  return PrintAnswer(GrantText(grant), grant, flags.json);
}

absl::Status IssueToken(const AccessFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Access>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::RelinkToken token,
                      UnaryCall(*stub, &v1::Access::Stub::IssueRelinkToken, GrantOf(flags)));
  BL_RETURN_IF_ERROR(WriteRelinkToken(flags.out, token));
  absl::PrintF(
      "The approval token of %s is in %s. Whoever has it, at a site of the grant, can turn that "
      "site's\npseudonyms back. A token that was issued before is void.\n",
      flags.grant, flags.out);
  return absl::OkStatus();
}

// A command about one grant, if `needs_grant`.
CLI::App* AddAccessCommand(CLI::App& group, const std::string& name, const std::string& description,
                           const std::string& more_example, bool needs_grant, AccessFlags* flags) {
  CLI::App* command = AddCoordinatorCommand(
      group, name, description,
      absl::StrCat("--project asthma", needs_grant ? " --grant grant-000001" : "", more_example),
      &flags->connection);
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  if (needs_grant) {
    command->add_option("--grant", flags->grant, "The grant")->required()->check(IsName());
  }
  return command;
}

using Act = absl::Status (*)(const AccessFlags&);

Command AddDecisionCommand(CLI::App& group, const std::string& name, const std::string& description,
                           Act act) {
  auto flags = std::make_shared<AccessFlags>();
  CLI::App* command =
      AddAccessCommand(group, name, description, " --reason 'As the ethics board decided'",
                       /*needs_grant=*/true, flags.get());
  command->add_option("--reason", flags->reason, "Why, in words; the researcher sees it")
      ->required();
  AddJsonFlag(*command, "the grant", &flags->json);
  return {command, [flags, act] { return act(*flags); }};
}

Command AddTokenCommand(CLI::App& group) {
  auto flags = std::make_shared<AccessFlags>();
  CLI::App* command = AddAccessCommand(
      group, "token", "Issue the approval token with which a site turns pseudonyms back",
      " --out grant-000001.token", /*needs_grant=*/true, flags.get());
  command->add_option("--out", flags->out, "The file to write, for the site")->required();
  return {command, [flags] { return IssueToken(*flags); }};
}

Command AddPlainCommand(CLI::App& group, const std::string& name, const std::string& description,
                        bool needs_grant, Act act) {
  auto flags = std::make_shared<AccessFlags>();
  CLI::App* command = AddAccessCommand(group, name, description, "", needs_grant, flags.get());
  AddJsonFlag(*command, needs_grant ? "the grant" : "the list", &flags->json);
  return {command, [flags, act] { return act(*flags); }};
}

}  // namespace

std::vector<Command> AddAccessCommands(CLI::App& app) {
  CLI::App& group = *app.add_subcommand(
      "access", "Decide who gets results of a project that releases by grant (docs/access.md)");
  group.require_subcommand(1);
  return {AddPlainCommand(group, "list", "List requests and grants", false, ListGrants),
          AddPlainCommand(group, "show", "Show a request and what was decided", true, ShowGrant),
          AddDecisionCommand(group, "approve", "Approve a request; two coordinators must",
                             [](const AccessFlags& flags) { return Decide(flags, true); }),
          AddDecisionCommand(group, "deny", "Deny a request; one coordinator is enough",
                             [](const AccessFlags& flags) { return Decide(flags, false); }),
          AddDecisionCommand(group, "revoke", "End a grant at once", RevokeGrant),
          AddTokenCommand(group),
          AddTraceCommand(group)};
}

}  // namespace blindlink::resolver
