#include <cstdio>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"
#include "agent/commands/tokenize_job.h"
#include "agent/tokenfile/token_file_writer.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

struct TokenizeCommandFlags {
  TokenizeFlags tokenize;
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

absl::Status Tokenize(const TokenizeCommandFlags& flags) {
  BL_ASSIGN_OR_RETURN(const Plan plan, LoadPlan(flags.plan));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenizeJob> job,
                      TokenizeJob::Open(flags.tokenize, plan));
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

}  // namespace

Command AddTokenizeCommand(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("tokenize", "Make a token file from a file of records; needs no network");
  auto flags = std::make_shared<TokenizeCommandFlags>();
  AddTokenizeFlags(*command, &flags->tokenize);
  command->add_option("--plan", flags->plan, "The linkage plan (.textproto)")->required();
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
  return {command, [flags] { return Tokenize(*flags); }};
}

}  // namespace blindlink::agent
