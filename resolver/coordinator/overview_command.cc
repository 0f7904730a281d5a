#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "blindlink/v1/overview_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/rpc/unary_call.h"
#include "resolver/coordinator/coordinator_commands.h"
#include "resolver/coordinator/overview_text.h"

namespace blindlink::resolver {
namespace {

struct OverviewFlags {
  ConnectionFlags connection;
  std::string project;
  std::string run;
  std::string json;
};

absl::Status ShowOverview(const OverviewFlags& flags) {
  v1::GetRunOverviewRequest request;
  request.set_project(flags.project);
  request.set_run(flags.run);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Overview>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::RunOverview overview,
                      UnaryCall(*stub, &v1::Overview::Stub::GetRunOverview, request));
  return PrintAnswer(OverviewToText(overview), overview, flags.json);
}

absl::Status ShowPreview(const OverviewFlags& flags) {
  v1::PreviewRunRequest request;
  request.set_project(flags.project);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Overview>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::RunPreview preview,
                      UnaryCall(*stub, &v1::Overview::Stub::PreviewRun, request));
  return PrintAnswer(PreviewToText(preview), preview, flags.json);
}

}  // namespace

Command AddPreviewCommand(CLI::App& group) {
  auto flags = std::make_shared<OverviewFlags>();
  CLI::App* command = AddCoordinatorCommand(
      group, "preview",
      "Show which datasets a run would use and which it would leave out, and start nothing",
      "--project asthma", &flags->connection);
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  AddJsonFlag(*command, "the preview", &flags->json);
  return {command, [flags] { return ShowPreview(*flags); }};
}

Command AddOverviewCommand(CLI::App& group) {
  auto flags = std::make_shared<OverviewFlags>();
  CLI::App* command = AddCoordinatorCommand(
      group, "overview",
      "Show how a run's pairs are spread over the scores, and how many entities its sites share",
      "--project asthma --run run-000001", &flags->connection);
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  command->add_option("--run", flags->run, "The run, e.g. run-000001 [the newest finished one]");
  AddJsonFlag(*command, "the overview", &flags->json);
  return {command, [flags] { return ShowOverview(*flags); }};
}

}  // namespace blindlink::resolver
