#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "agent/commands/commands.h"
#include "agent/commands/tokenize_job.h"
#include "agent/commands/upload_session.h"
#include "agent/token_audit/auditing_sink.h"
#include "agent/tokenfile/token_file_reader.h"
#include "agent/tokenfile/token_file_writer.h"
#include "agent/upload/upload_calls.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/plan/plan_difference.h"
#include "common/rpc/client.h"

namespace blindlink::agent {
namespace {

struct RunFlags {
  TokenizeFlags tokenize;
  ConnectionFlags connection;
  std::string plan;
  std::string plan_digest;
  std::string despite_audit;
  bool no_wait = false;
};

// Says what will be hashed, since the plan comes from the resolver and nobody here has vetted it.
void PrintUnvetted(const Plan& plan) {
  std::vector<std::string> keys;
  for (const MatchKeyLayout& key : plan.match_keys()) keys.push_back(key.name);
  absl::FPrintF(
      stderr,
      "note: the plan is the resolver's: %s, digest %s, match keys %s. To be sure of it, vet "
      "a copy and state --plan FILE or --plan-digest\n",
      plan.proto().name(), HexEncode(AsView(plan.digest())), absl::StrJoin(keys, ", "));
}

absl::StatusOr<Plan> ProjectsPlan(const std::string& digest, const v1::ProjectInfo& project) {
  BL_ASSIGN_OR_RETURN(
      Plan plan,
      ParsePlanText(project.plan_text(), absl::StrCat("the plan of project ", project.name())));
  const std::string its_digest = HexEncode(AsView(plan.digest()));
  if (!digest.empty() && digest != its_digest) {
    return absl::FailedPreconditionError(
        absl::StrCat("the plan of project ", project.name(), " has the digest ", its_digest,
                     ", not the one of --plan-digest: it is not the plan that was vetted; ask the "
                     "coordinator which plan is right, and vet it"));
  }
  if (digest.empty()) PrintUnvetted(plan);
  return plan;
}

// The vetted plan in the file, which must make the project's tokens; without a file, the project's
// plan, if it has the vetted digest.
absl::StatusOr<Plan> PlanFor(const RunFlags& flags, const v1::ProjectInfo& project) {
  if (flags.plan.empty()) return ProjectsPlan(flags.plan_digest, project);
  BL_ASSIGN_OR_RETURN(Plan plan, LoadPlan(flags.plan));
  if (AsView(plan.tokenization_digest()) == project.tokenization_digest()) return plan;
  std::string difference = "their tokenization digests differ";
  if (const auto theirs = Plan::Parse(project.plan_text()); theirs.ok()) {
    difference = DescribeTokenizationDifference(plan, *theirs);
  }
  return absl::FailedPreconditionError(absl::StrCat(
      flags.plan, " makes different tokens than the plan of project ", project.name(), ": ",
      difference, ". Ask the coordinator which plan is right, and vet it before use"));
}

// Removes a file at the end of a function, however it ends.
class RemovedAtEnd {
 public:
  explicit RemovedAtEnd(std::filesystem::path file) : file_(std::move(file)) {}
  RemovedAtEnd(const RemovedAtEnd&) = delete;
  RemovedAtEnd& operator=(const RemovedAtEnd&) = delete;
  ~RemovedAtEnd() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }

 private:
  const std::filesystem::path file_;
};

// A plan with thresholds: all tokens are made and audited before the first leaves. Until then they
// are in a token file in the state folder.
absl::StatusOr<TokenizeSummary> AuditAndUpload(const RunFlags& flags, const Plan& plan,
                                               TokenizeJob& job,
                                               std::unique_ptr<v1::Upload::StubInterface> stub) {
  const v1::UploadManifest manifest = job.Manifest();
  const std::filesystem::path tokens = std::filesystem::path(flags.tokenize.state) /
                                       absl::StrCat(manifest.project(), ".", manifest.site(), ".",
                                                    manifest.dataset(), ".unsent.bltok");
  const RemovedAtEnd removed(tokens);
  v1::TokenFileHeader header;
  *header.mutable_manifest() = manifest;
  header.set_plan_name(plan.proto().name());
  header.set_plan_digest(std::string(AsView(plan.digest())));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenFileWriter> file,
                      TokenFileWriter::Create(tokens, header));
  BL_ASSIGN_OR_RETURN(TokenizeSummary summary, job.Run("tokenizing", *file));
  BL_RETURN_IF_ERROR(AllowSending(flags.despite_audit, &summary.counts));
  BL_RETURN_IF_ERROR(file->Finish(summary.counts));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenFileReader> reader, TokenFileReader::Open(tokens));
  BL_ASSIGN_OR_RETURN(const UploadSession session, BeginSession(std::move(stub), manifest));
  BL_RETURN_IF_ERROR(SendTokenFile(*reader, *session.uploader));
  BL_RETURN_IF_ERROR(CommitSession(*session.uploader, summary.counts, !flags.no_wait));
  return summary;
}

absl::Status TokenizeAndUpload(const RunFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, Connect(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ProjectInfo project,
                      GetProject(*v1::Project::NewStub(channel), flags.tokenize.project));
  BL_ASSIGN_OR_RETURN(const Plan plan, PlanFor(flags, project));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenizeJob> job,
                      TokenizeJob::Open(flags.tokenize, plan));
  if (plan.proto().has_audit()) {
    BL_ASSIGN_OR_RETURN(const TokenizeSummary summary,
                        AuditAndUpload(flags, plan, *job, v1::Upload::NewStub(channel)));
    return job->Report(summary);
  }
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
  CLI::Option* plan = command->add_option(
      "--plan", flags->plan, "The linkage plan that you have vetted [the resolver's, unvetted]");
  command
      ->add_option("--plan-digest", flags->plan_digest,
                   "The digest of the plan that you have vetted (64 hexadecimal digits, in lower "
                   "case): refuses any other plan of the resolver")
      ->excludes(plan);
  command->add_option("--send-despite-audit", flags->despite_audit,
                      "Send tokens that exceed the plan's audit thresholds, for this reason, which "
                      "is recorded");
  command->add_flag("--no-wait", flags->no_wait, "Do not wait until the resolver has ingested it");
  AddConnectionFlags(*command, &flags->connection);
  command->footer(
      "Example:\n  blindlink-agent run --input patients.csv --project flu --site general \\\n"
      "      --dataset 2026 --token-key token.key --state state --resolver center:7443 \\\n"
      "      --cert general.pem --key general.key --ca ca.pem");
  return {command, [flags] { return TokenizeAndUpload(*flags); }};
}

}  // namespace blindlink::agent
