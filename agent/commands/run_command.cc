#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "agent/blocks/block_sink.h"
#include "agent/commands/commands.h"
#include "agent/commands/interrupt.h"
#include "agent/commands/key_server_flags.h"
#include "agent/commands/parties_text.h"
#include "agent/commands/relayed_calls.h"
#include "agent/commands/tokenize_job.h"
#include "agent/commands/upload_session.h"
#include "agent/isolation/message_pipe.h"
#include "agent/isolation/reading_process.h"
#include "agent/oblivious/blind_evaluator.h"
#include "agent/token_audit/auditing_sink.h"
#include "agent/tokenfile/token_file_reader.h"
#include "agent/tokenfile/token_file_writer.h"
#include "agent/upload/upload_calls.h"
#include "common/access/grant_text.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/report_output.h"
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
  std::string until;
  KeyServerFlags key_server;
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

// The messages between the two halves, in their order; kBlock comes any number of times.
enum Message : uint8_t {
  kProject = 1,  // to the half that reads: ProjectInfo
  kManifest,     // to the half that sends: UploadManifest
  kBegun,        // to the half that reads: the resolver has begun the upload
  kBlock,        // to the half that sends: TokenBlock
  kCounts,       // to the half that sends: UploadCounts; no more blocks
  kCommitted,    // to the half that reads
};

// Hands blocks to the half that sends.
class PipeSink : public BlockSink {
 public:
  explicit PipeSink(MessagePipe& pipe) : pipe_(pipe) {}
  absl::Status Write(v1::TokenBlock block) override {
    return pipe_.Send(kBlock, block.SerializeAsString());
  }

 private:
  MessagePipe& pipe_;
};

// The bytes of the next message for the half that reads.
absl::StatusOr<std::string> FromSender(MessagePipe& pipe, Message kind) {
  BL_ASSIGN_OR_RETURN(std::optional<MessagePipe::Message> message, pipe.Receive());
  if (message.has_value() && message->kind == kind) return std::move(message->bytes);
  return absl::AbortedError("the half that sends has ended");
}

template <typename Proto>
absl::StatusOr<Proto> Parsed(const std::string& bytes) {
  Proto message;
  if (message.ParseFromString(bytes)) return message;
  return absl::InternalError("the two halves of the agent do not understand each other");
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

// Has the half that sends begin the upload.
absl::Status BeginSending(const v1::UploadManifest& manifest, MessagePipe& sender) {
  BL_RETURN_IF_ERROR(sender.Send(kManifest, manifest.SerializeAsString()));
  return FromSender(sender, kBegun).status();
}

// A plan with thresholds: all tokens are made and audited before the first leaves. Until then they
// are in a token file in the state folder.
absl::StatusOr<TokenizeSummary> AuditAndSend(const RunFlags& flags, const Plan& plan,
                                             TokenizeJob& job, MessagePipe& sender) {
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
  BL_RETURN_IF_ERROR(BeginSending(manifest, sender));
  PipeSink sink(sender);
  BL_RETURN_IF_ERROR(SendTokenFile(*reader, sink));
  return summary;
}

absl::StatusOr<TokenizeSummary> TokenizeAndSend(const RunFlags& flags, const Plan& plan,
                                                TokenizeJob& job, MessagePipe& sender) {
  if (plan.proto().has_audit()) return AuditAndSend(flags, plan, job, sender);
  BL_RETURN_IF_ERROR(BeginSending(job.Manifest(), sender));
  PipeSink sink(sender);
  BL_ASSIGN_OR_RETURN(TokenizeSummary summary, job.Run("tokenizing and uploading", sink));
  // Nothing is exceeded here; the reason is for the resolver's own audit.
  BL_RETURN_IF_ERROR(AllowSending(flags.despite_audit, &summary.counts));
  return summary;
}

// The half that reads the input and holds the keys. It is offline.
absl::Status ReadAndTokenize(const RunFlags& flags, BlindEvaluator* evaluator,
                             MessagePipe& sender) {
  BL_ASSIGN_OR_RETURN(const std::string received, FromSender(sender, kProject));
  BL_ASSIGN_OR_RETURN(const auto project, Parsed<v1::ProjectInfo>(received));
  BL_ASSIGN_OR_RETURN(const Plan plan, PlanFor(flags, project));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenizeJob> job,
                      TokenizeJob::Open(flags.tokenize, plan, evaluator));
  BL_ASSIGN_OR_RETURN(const TokenizeSummary summary, TokenizeAndSend(flags, plan, *job, sender));
  BL_RETURN_IF_ERROR(sender.Send(kCounts, summary.counts.SerializeAsString()));
  BL_RETURN_IF_ERROR(FromSender(sender, kCommitted).status());
  return job->Report(summary);
}

// Sends what the other half makes; returns the counts, which come last.
absl::StatusOr<v1::UploadCounts> SendBlocks(ReadingProcess& reader, Uploader& uploader) {
  while (true) {
    BL_ASSIGN_OR_RETURN(const MessagePipe::Message message, reader.Receive());
    if (message.kind == kCounts) return Parsed<v1::UploadCounts>(message.bytes);
    BL_ASSIGN_OR_RETURN(auto block, Parsed<v1::TokenBlock>(message.bytes));
    BL_RETURN_IF_ERROR(uploader.Write(std::move(block)));
  }
}

// The half that speaks with the resolver. It opens neither the input nor a key of tokens or
// records.
absl::Status Send(const RunFlags& flags, ReadingProcess& reader) {
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, Connect(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ProjectInfo project,
                      GetProject(*v1::Project::NewStub(channel), flags.tokenize.project));
  fputs(JoinedNote(project).c_str(), stderr);
  BL_RETURN_IF_ERROR(reader.Send(kProject, project.SerializeAsString()));
  BL_ASSIGN_OR_RETURN(const std::string manifest_bytes, reader.Expect(kManifest));
  BL_ASSIGN_OR_RETURN(const auto manifest, Parsed<v1::UploadManifest>(manifest_bytes));
  BL_ASSIGN_OR_RETURN(const UploadSession session,
                      BeginSession(v1::Upload::NewStub(channel), manifest));
  if (!flags.until.empty()) {
    BL_ASSIGN_OR_RETURN(const int64_t end, ParseTime("--until", flags.until));
    BL_RETURN_IF_ERROR(
        SetDatasetEnd(*v1::Retention::NewStub(channel), manifest.project(), manifest.dataset(), end)
            .status());
  }
  reader.PassOn(CatchInterrupts());
  BL_RETURN_IF_ERROR(reader.Send(kBegun, ""));
  BL_ASSIGN_OR_RETURN(const v1::UploadCounts counts, SendBlocks(reader, *session.uploader));
  BL_RETURN_IF_ERROR(CommitSession(*session.uploader, counts, !flags.no_wait,
                                   PrintsText(flags.tokenize.json) ? stdout : stderr));
  fflush(stdout);  // before the other half prints its summary
  BL_RETURN_IF_ERROR(reader.Send(kCommitted, ""));
  return reader.Wait();
}

absl::Status TokenizeAndUpload(const RunFlags& flags, bool offline_required) {
  BL_ASSIGN_OR_RETURN(std::optional<EvaluationLanes> lanes, LanesTo(flags.key_server));
  std::unique_ptr<KeyServerRelay> relay;  // ends after the half that it answers
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ReadingProcess> reader,
                      ReadingProcess::Start(
                          [&](MessagePipe& sender) {
                            const auto evaluator = EvaluatorOver(&lanes);
                            return ReadAndTokenize(flags, evaluator.get(), sender);
                          },
                          offline_required));
  BL_RETURN_IF_ERROR(ReadOnlyWhatConnects(flags.connection));
  if (lanes.has_value()) {
    reader->PassOn(CatchInterrupts());
    BL_ASSIGN_OR_RETURN(relay, StartRelay(flags.key_server, flags.connection,
                                          flags.tokenize.project, CatchInterrupts(), &lanes));
  }
  return Send(flags, *reader);
}

}  // namespace

Command AddRunCommand(CLI::App& app, const bool* offline_required) {
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
  command->add_option("--until", flags->until,
                      "The resolver removes the dataset's tokens on this day, as 2028-12-31 [the "
                      "project's rule]");
  command->add_flag("--no-wait", flags->no_wait, "Do not wait until the resolver has ingested it");
  AddKeyServerFlags(*command, &flags->key_server);
  AddConnectionFlags(*command, &flags->connection);
  command->footer(
      "Example:\n  blindlink-agent run --input patients.csv --project flu --site general \\\n"
      "      --dataset 2026 --token-key token.key --state state --resolver center:7443 \\\n"
      "      --cert general.pem --key general.key --ca ca.pem\n"
      "--input also takes adt.hl7, Patient.ndjson, the folder of PCORnet or OMOP tables,\n"
      "a file of fixed width with --layout, or - for a pipe, as in\n"
      "  psql registry -c '\\copy patients TO STDOUT WITH (FORMAT csv, HEADER)' | \\\n"
      "      blindlink-agent run --input - ...");
  return {command,
          [flags, offline_required] { return TokenizeAndUpload(*flags, *offline_required); }};
}

}  // namespace blindlink::agent
