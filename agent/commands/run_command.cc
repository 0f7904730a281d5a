#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/commands/tokenize_job.h"
#include "agent/commands/upload_session.h"
#include "agent/upload/upload_calls.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/rpc/client.h"

namespace blindlink::agent {
namespace {

struct RunFlags {
  TokenizeFlags tokenize;
  ConnectionFlags connection;
  std::string plan;
  bool no_wait = false;
};

// The plan in `file`, which must make the project's tokens; without a file, the project's plan.
absl::StatusOr<Plan> PlanFor(const std::string& file, const v1::ProjectInfo& project) {
  if (file.empty()) {
    return ParsePlanText(project.plan_text(), absl::StrCat("the plan of project ", project.name()));
  }
  BL_ASSIGN_OR_RETURN(Plan plan, LoadPlan(file));
  if (AsView(plan.tokenization_digest()) != project.tokenization_digest()) {
    return absl::FailedPreconditionError(
        absl::StrCat(file, " makes different tokens than the plan of project ", project.name(),
                     ": leave --plan out to use the project's"));
  }
  return plan;
}

absl::Status TokenizeAndUpload(const RunFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, Connect(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ProjectInfo project,
                      GetProject(*v1::Project::NewStub(channel), flags.tokenize.project));
  BL_ASSIGN_OR_RETURN(const Plan plan, PlanFor(flags.plan, project));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenizeJob> job,
                      TokenizeJob::Open(flags.tokenize, plan));
  BL_ASSIGN_OR_RETURN(const UploadSession session,
                      BeginSession(v1::Upload::NewStub(channel), job->Manifest()));
  BL_ASSIGN_OR_RETURN(const TokenizeSummary summary,
                      job->Run("tokenizing and uploading", *session.uploader));
  BL_RETURN_IF_ERROR(CommitSession(*session.uploader, summary.counts, !flags.no_wait));
  return job->Report(summary);
}

}  // namespace

Command AddRunCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "run", "Tokenize and upload in one step; after an interruption, run it again to continue");
  auto flags = std::make_shared<RunFlags>();
  AddTokenizeFlags(*command, &flags->tokenize);
  command->add_option("--plan", flags->plan, "The linkage plan [the project's, from the resolver]");
  command->add_flag("--no-wait", flags->no_wait, "Do not wait until the resolver has ingested it");
  AddConnectionFlags(*command, &flags->connection);
  command->footer(
      "Example:\n  blindlink-agent run --input patients.csv --project flu --site general \\\n"
      "      --dataset 2026 --token-key token.key --state state --resolver center:7443 \\\n"
      "      --cert general.pem --key general.key --ca ca.pem");
  return {command, [flags] { return TokenizeAndUpload(*flags); }};
}

}  // namespace blindlink::agent
