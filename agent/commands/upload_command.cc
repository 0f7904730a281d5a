#include <memory>
#include <string>
#include <utility>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"
#include "agent/commands/interrupt.h"
#include "agent/commands/upload_session.h"
#include "agent/token_audit/auditing_sink.h"
#include "agent/tokenfile/token_file_reader.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/rpc/client.h"
#include "common/telemetry/progress.h"
#include "common/tokens/token_block.h"

namespace blindlink::agent {
namespace {

struct UploadFlags {
  ConnectionFlags connection;
  std::string tokens;
  std::string despite_audit;
  bool no_wait = false;
};

// Reads the file to its end, so that damage is detected before anything is sent, and returns its
// counts.
absl::StatusOr<v1::UploadCounts> CheckWhole(const std::string& path) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenFileReader> file, TokenFileReader::Open(path));
  const std::atomic<bool>* interrupted = CatchInterrupts();
  Progress progress("checking", "records", 0);
  uint64_t records = 0;
  v1::TokenBlock block;
  while (true) {
    if (*interrupted) return absl::CancelledError("interrupted; nothing was sent");
    BL_ASSIGN_OR_RETURN(const bool more, file->Next(&block));
    if (!more) return file->footer().counts();
    records += RecordCountOf(block);
    progress.Set(records, file->ShareRead());
  }
}

absl::Status Upload(const UploadFlags& flags) {
  BL_ASSIGN_OR_RETURN(v1::UploadCounts counts, CheckWhole(flags.tokens));
  BL_RETURN_IF_ERROR(AllowSending(flags.despite_audit, &counts));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenFileReader> file,
                      TokenFileReader::Open(flags.tokens));
  BL_ASSIGN_OR_RETURN(auto stub, ConnectTo<v1::Upload>(flags.connection));
  BL_ASSIGN_OR_RETURN(const UploadSession session,
                      BeginSession(std::move(stub), file->header().manifest()));
  BL_RETURN_IF_ERROR(SendTokenFile(*file, *session.uploader));
  return CommitSession(*session.uploader, counts, !flags.no_wait);
}

}  // namespace

Command AddUploadCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "upload", "Send a token file; after an interruption, run it again to continue");
  auto flags = std::make_shared<UploadFlags>();
  AddConnectionFlags(*command, &flags->connection);
  command->add_option("--tokens", flags->tokens, "The token file (.bltok)")->required();
  command->add_option("--send-despite-audit", flags->despite_audit,
                      "Send tokens that exceed the plan's audit thresholds, for this reason, which "
                      "is recorded");
  command->add_flag("--no-wait", flags->no_wait, "Do not wait until the resolver has ingested it");
  command->footer(
      "Example:\n  blindlink-agent upload --tokens general.bltok --resolver center:7443 \\\n"
      "      --cert general.pem --key general.key --ca ca.pem");
  return {command, [flags] { return Upload(*flags); }};
}

}  // namespace blindlink::agent
