#include <stdio.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "blindlink/v1/project_service.grpc.pb.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "resolver/coordinator/command_base.h"

namespace blindlink::resolver {
namespace {

std::string Describe(const v1::ProjectInfo& info) {
  return absl::StrCat(
      "project              ", info.name(), "\nplan digest          ",
      HexEncode(info.plan_digest()), "\ntokenization digest  ",
      HexEncode(info.tokenization_digest()), "\nsites                ",
      absl::StrJoin(info.sites(), ", "), "\nresearchers          ",
      absl::StrJoin(info.researchers(), ", "), "\ncreated              ",
      absl::FormatTime(absl::RFC3339_sec, absl::FromUnixSeconds(info.created_unix_seconds()),
                       absl::UTCTimeZone()),
      "\n");
}

class CreateProject : public RpcCommand {
 public:
  explicit CreateProject(CLI::App& parent)
      : RpcCommand(parent, "create", "Create a project under a linkage plan",
                   "--name asthma --plan us-default.textproto --site hss --site hc "
                   "--researcher study") {
    app_.add_option("--name", request_.name, "Name: a-z, 0-9 and '-'")->required();
    app_.add_option("--plan", plan_file_, "Linkage plan (textproto)")->required();
    app_.add_option("--site", request_.sites, "A site that takes part (repeat)")->required();
    app_.add_option("--researcher", request_.researchers, "Who may fetch results (repeat)");
  }
  absl::Status Execute() override {
    v1::CreateProjectRequest request;
    BL_ASSIGN_OR_RETURN(*request.mutable_plan_text(), ReadFile(plan_file_));
    request.set_name(request_.name);
    request.mutable_sites()->Assign(request_.sites.begin(), request_.sites.end());
    request.mutable_researchers()->Assign(request_.researchers.begin(), request_.researchers.end());
    v1::ProjectInfo info;
    BL_RETURN_IF_ERROR(Call<v1::Project>(&v1::Project::Stub::CreateProject, request, &info));
    fputs(Describe(info).c_str(), stdout);
    return absl::OkStatus();
  }

 private:
  struct {
    std::string name;
    std::vector<std::string> sites;
    std::vector<std::string> researchers;
  } request_;
  std::string plan_file_;
};

class ListProjects : public RpcCommand {
 public:
  explicit ListProjects(CLI::App& parent) : RpcCommand(parent, "list", "List all projects", "") {}
  absl::Status Execute() override {
    v1::ListProjectsResponse response;
    BL_RETURN_IF_ERROR(
        Call<v1::Project>(&v1::Project::Stub::ListProjects, v1::ListProjectsRequest(), &response));
    for (const v1::ProjectInfo& info : response.projects()) {
      absl::PrintF("%-24s %d sites  %s\n", info.name(), info.sites_size(),
                   absl::StrJoin(info.sites(), ", "));
    }
    return absl::OkStatus();
  }
};

class ShowProject : public RpcCommand {
 public:
  explicit ShowProject(CLI::App& parent)
      : RpcCommand(parent, "show", "Show a project", "asthma --plan") {
    app_.add_option("name", name_, "The project")->required();
    app_.add_flag("--plan", plan_, "Print the linkage plan's exact text instead");
  }
  absl::Status Execute() override {
    v1::GetProjectRequest request;
    request.set_name(name_);
    v1::ProjectInfo info;
    BL_RETURN_IF_ERROR(Call<v1::Project>(&v1::Project::Stub::GetProject, request, &info));
    fputs(plan_ ? info.plan_text().c_str() : Describe(info).c_str(), stdout);
    return absl::OkStatus();
  }

 private:
  std::string name_;
  bool plan_ = false;
};

}  // namespace

void AddProjectCommands(CLI::App& app, CoordinatorCommands* commands) {
  CLI::App& group = *app.add_subcommand("project", "Coordinator: projects and their plans");
  group.require_subcommand(1);
  commands->push_back(std::make_unique<CreateProject>(group));
  commands->push_back(std::make_unique<ListProjects>(group));
  commands->push_back(std::make_unique<ShowProject>(group));
}

}  // namespace blindlink::resolver
