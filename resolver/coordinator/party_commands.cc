#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "blindlink/v1/key_rotation_service.grpc.pb.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/rpc/unary_call.h"
#include "resolver/coordinator/coordinator_commands.h"
#include "resolver/coordinator/party_text.h"

// `project add-site` and `project add-researcher`.

namespace blindlink::resolver {
namespace {

struct PartyFlags {
  ConnectionFlags connection;
  v1::AddPartyRequest request;
  uint64_t census = 0;
  bool dry_run = false;
  std::string json;
};

using Channel = std::shared_ptr<grpc::Channel>;

const std::string& NameOf(const v1::AddPartyRequest& request) {
  return request.site().empty() ? request.researcher() : request.site();
}

// What would stand, without a change. ALREADY_EXISTS as AddParty.
absl::StatusOr<v1::ProjectInfo> Look(const PartyFlags& flags, const Channel& channel) {
  v1::GetProjectRequest request;
  request.set_name(flags.request.project());
  BL_ASSIGN_OR_RETURN(v1::ProjectInfo info, UnaryCall(*v1::Project::NewStub(channel),
                                                      &v1::Project::Stub::GetProject, request));
  auto& present =
      flags.request.site().empty() ? *info.mutable_researchers() : *info.mutable_sites();
  const std::string& name = NameOf(flags.request);
  if (std::find(present.begin(), present.end(), name) != present.end()) {
    return absl::AlreadyExistsError(
        absl::StrCat(name, " takes part in project ", info.name(), " already"));
  }
  return info;
}

absl::StatusOr<std::string> Consequences(const PartyFlags& flags, const Channel& channel,
                                         const v1::ProjectInfo& info) {
  const v1::AddPartyRequest& asked = flags.request;
  if (asked.site().empty()) return ResearcherJoinsText(info, asked.researcher());
  v1::ProjectKeysRequest request;
  request.set_project(asked.project());
  BL_ASSIGN_OR_RETURN(const v1::ProjectKeys keys,
                      UnaryCall(*v1::KeyRotation::NewStub(channel),
                                &v1::KeyRotation::Stub::GetProjectKeys, request));
  return SiteJoinsText(info, keys, asked.site());
}

absl::Status AddParty(const PartyFlags& flags) {
  BL_ASSIGN_OR_RETURN(const Channel channel, Connect(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ProjectInfo info,
                      flags.dry_run ? Look(flags, channel)
                                    : UnaryCall(*v1::Project::NewStub(channel),
                                                &v1::Project::Stub::AddParty, flags.request));
  BL_ASSIGN_OR_RETURN(const std::string consequences, Consequences(flags, channel, info));
  const std::string& name = NameOf(flags.request);
  const std::string head =
      flags.dry_run
          ? absl::StrCat("Nothing was changed. If ", name, " joins project ", info.name(), ":\n")
          : absl::StrCat(name, " takes part in project ", info.name(), ".\nsites        ",
                         absl::StrJoin(info.sites(), ", "), "\nresearchers  ",
                         absl::StrJoin(info.researchers(), ", "), "\n");
  return PrintAnswer(head + consequences, info, flags.json);
}

// The flags that both commands have. `what` is "site" or "researcher".
CLI::App* AddPartyCommand(CLI::App& group, const std::string& what, const std::string& description,
                          const std::string& example, std::string* name, PartyFlags* flags) {
  CLI::App* command =
      AddCoordinatorCommand(group, "add-" + what, description, example, &flags->connection);
  command->add_option("--project", *flags->request.mutable_project(), "The project")
      ->required()
      ->check(IsName());
  command->add_option("--" + what, *name, "The name in its certificate")
      ->required()
      ->check(IsName());
  CLI::Option* dry_run = command->add_flag("--dry-run", flags->dry_run,
                                           "Only say what would follow; nothing is changed");
  command
      ->add_option("--confirm", *flags->request.mutable_confirm(),
                   "The name once more: a party that has joined cannot be taken out again")
      ->excludes(dry_run);
  AddJsonFlag(*command, "the project", &flags->json);
  return command;
}

}  // namespace

Command AddSiteCommand(CLI::App& group) {
  auto flags = std::make_shared<PartyFlags>();
  CLI::App* command = AddPartyCommand(
      group, "site", "Let another site join a project; the others send nothing again",
      "--project asthma --site east --confirm east", flags->request.mutable_site(), flags.get());
  command->add_option("--census", flags->census, "How many records the site may send [no limit]")
      ->check(CLI::PositiveNumber);
  return {command, [flags] {
            flags->request.set_census_records(flags->census);
            return AddParty(*flags);
          }};
}

Command AddResearcherCommand(CLI::App& group) {
  auto flags = std::make_shared<PartyFlags>();
  CLI::App* command = AddPartyCommand(group, "researcher", "Let another researcher join a project",
                                      "--project asthma --researcher cohort --confirm cohort",
                                      flags->request.mutable_researcher(), flags.get());
  return {command, [flags] { return AddParty(*flags); }};
}

}  // namespace blindlink::resolver
