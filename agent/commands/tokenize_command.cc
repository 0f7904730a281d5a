#include <atomic>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"
#include "agent/commands/interrupt.h"
#include "agent/commands/key_server_flags.h"
#include "agent/commands/relayed_calls.h"
#include "agent/commands/tokenize_job.h"
#include "agent/isolation/offline.h"
#include "agent/isolation/reading_process.h"
#include "agent/oblivious/blind_evaluator.h"
#include "agent/tokenfile/token_file_writer.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

struct TokenizeCommandFlags {
  TokenizeFlags tokenize;
  KeyServerFlags key_server;
  ConnectionFlags site;  // its certificate, for the key server
  std::string plan;
  std::string out;
};

// The sink of --dry-run.
class NowhereSink : public BlockSink {
 public:
  absl::Status Write(v1::TokenBlock) override { return absl::OkStatus(); }
};

v1::TokenFileHeader HeaderOf(const TokenizeJob& job, const Plan& plan) {
  v1::TokenFileHeader header;
  *header.mutable_manifest() = job.Manifest();
  header.set_plan_name(plan.proto().name());
  header.set_plan_digest(std::string(AsView(plan.digest())));
  return header;
}

absl::Status Tokenize(const TokenizeCommandFlags& flags, BlindEvaluator* evaluator) {
  BL_ASSIGN_OR_RETURN(const Plan plan, LoadPlan(flags.plan));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenizeJob> job,
                      TokenizeJob::Open(flags.tokenize, plan, evaluator));
  if (flags.tokenize.dry_run) {
    NowhereSink nowhere;
    BL_ASSIGN_OR_RETURN(const TokenizeSummary summary, job->Run("tokenizing (dry run)", nowhere));
    return job->Report(summary);
  }
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenFileWriter> file,
                      TokenFileWriter::Create(flags.out, HeaderOf(*job, plan)));
  BL_ASSIGN_OR_RETURN(const TokenizeSummary summary, job->Run("tokenizing", *file));
  BL_RETURN_IF_ERROR(file->Finish(summary.counts));
  return job->Report(summary);
}

// In two processes: what reads is offline, and what asks the key server never opens the input.
absl::Status TokenizeWithKeyServer(const TokenizeCommandFlags& flags, bool offline_required) {
  BL_ASSIGN_OR_RETURN(std::optional<EvaluationLanes> lanes, LanesTo(flags.key_server));
  std::unique_ptr<KeyServerRelay> relay;  // ends after the half that it answers
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ReadingProcess> reader,
                      ReadingProcess::Start(
                          [&](MessagePipe&) {
                            const auto evaluator = EvaluatorOver(&lanes);
                            return Tokenize(flags, evaluator.get());
                          },
                          offline_required));
  BL_RETURN_IF_ERROR(ReadOnlyWhatConnects(flags.site));
  const std::atomic<bool>* interrupted = CatchInterrupts();
  reader->PassOn(interrupted);
  BL_ASSIGN_OR_RETURN(
      relay, StartRelay(flags.key_server, flags.site, flags.tokenize.project, interrupted, &lanes));
  return reader->Wait();
}

absl::Status TokenizeOffline(const TokenizeCommandFlags& flags, bool offline_required) {
  BL_RETURN_IF_ERROR(GoOfflineIfPossible(offline_required));
  return Tokenize(flags, nullptr);
}

void AddSiteCertificateFlags(CLI::App& app, CLI::Option* key_server, ConnectionFlags* site) {
  CLI::Option* cert = app.add_option("--cert", site->cert, "This site's certificate (PEM)");
  CLI::Option* key = app.add_option("--key", site->key, "Its private key (PEM, mode 0600)");
  CLI::Option* ca =
      app.add_option("--ca", site->ca, "The CA of the key server's certificate (PEM)");
  for (CLI::Option* needed : {cert, key, ca}) {
    needed->needs(key_server);
    key_server->needs(needed);
  }
}

}  // namespace

Command AddTokenizeCommand(CLI::App& app, const bool* offline_required) {
  CLI::App* command =
      app.add_subcommand("tokenize",
                         "Make a token file from a file of records; needs no network, "
                         "unless the plan has oblivious match keys");
  auto flags = std::make_shared<TokenizeCommandFlags>();
  AddTokenizeFlags(*command, &flags->tokenize);
  command->add_option("--plan", flags->plan, "The linkage plan (.textproto)")->required();
  AddSiteCertificateFlags(*command, AddKeyServerFlags(*command, &flags->key_server), &flags->site);
  CLI::Option_group* output = command->add_option_group("Output");
  output->add_option("--out", flags->out, "The token file to write (.bltok)");
  output->add_flag("--dry-run", flags->tokenize.dry_run,
                   "Only count: write no token file, no record map and no rejects");
  output->require_option(1);
  command->footer(
      "Example:\n  blindlink-agent tokenize --input patients.csv --plan us-default.textproto \\\n"
      "      --project flu --site general --dataset 2026 --token-key token.key --state state \\\n"
      "      --out general.bltok\n"
      "--input also takes adt.hl7, Patient.ndjson, the folder of PCORnet or OMOP tables,\n"
      "a file of fixed width with --layout, or - for a pipe, as in\n"
      "  sqlite3 -header -csv registry.db 'SELECT * FROM patients' | blindlink-agent tokenize \\\n"
      "      --input - ...");
  return {command, [flags, offline_required] {
            return flags->key_server.address.empty()
                       ? TokenizeOffline(*flags, *offline_required)
                       : TokenizeWithKeyServer(*flags, *offline_required);
          }};
}

}  // namespace blindlink::agent
