#include "agent/commands/upload_session.h"

#include <cinttypes>
#include <cstdio>
#include <string>
#include <utility>

#include "agent/commands/interrupt.h"
#include "common/base/status_macros.h"
#include "common/drift/drift_text.h"
#include "common/telemetry/progress.h"
#include "common/token_audit/resolver_audit.h"
#include "common/tokens/token_block.h"

namespace blindlink::agent {

absl::StatusOr<UploadSession> BeginSession(std::unique_ptr<v1::Upload::StubInterface> stub,
                                           const v1::UploadManifest& manifest) {
  CatchInterrupts();
  UploaderOptions options;
  options.backoff.sleep = SleepUnlessInterrupted;
  UploadSession session;
  session.stub = std::move(stub);
  BL_ASSIGN_OR_RETURN(session.uploader,
                      Uploader::Begin(*session.stub, manifest, std::move(options)));
  if (session.uploader->resumed_at() > 0) {
    fprintf(stderr, "note: continuing an interrupted upload; the resolver has %" PRIu64 " blocks\n",
            session.uploader->resumed_at());
  }
  return session;
}

absl::Status SendTokenFile(TokenFileReader& file, BlockSink& sink) {
  const std::atomic<bool>* interrupted = CatchInterrupts();
  Progress progress("uploading", "records", 0);
  uint64_t records = 0;
  v1::TokenBlock block;
  while (true) {
    if (*interrupted) {
      return absl::CancelledError("interrupted; run the same command again to continue");
    }
    BL_ASSIGN_OR_RETURN(const bool more, file.Next(&block));
    if (!more) break;
    BL_RETURN_IF_ERROR(sink.Write(block));
    records += RecordCountOf(block);
    progress.Set(records, file.ShareRead());
  }
  return absl::OkStatus();
}

absl::Status CommitSession(Uploader& uploader, const v1::UploadCounts& counts, bool wait,
                           FILE* out) {
  BL_ASSIGN_OR_RETURN(v1::UploadInfo info, uploader.Commit(counts));
  if (wait) {
    Progress progress("ingesting", "tokens", counts.tokens());
    BL_ASSIGN_OR_RETURN(info, uploader.WaitUntilCommitted([&](const v1::UploadInfo& now) {
      progress.Set(now.tokens_ingested());
    }));
  }
  fprintf(out, "Dataset \"%s\": %s, %" PRIu64 " records, %" PRIu64 " tokens.\n",
          info.manifest().dataset().c_str(),
          info.state() == v1::COMMITTED ? "committed" : "sent; the resolver is ingesting it",
          uint64_t{info.records()}, uint64_t{info.tokens()});
  if (const std::string notes = NotesText(info); !notes.empty()) {
    fprintf(stderr,
            "These records are not like what this site has sent before (docs/drift.md):\n%s",
            notes.c_str());
  }
  if (const std::string warnings = WarningsOf(info.audit()); !warnings.empty()) {
    fprintf(stderr, "What these tokens show to the resolver (docs/token-audit.md):\n%s",
            warnings.c_str());
  }
  return absl::OkStatus();
}

}  // namespace blindlink::agent
