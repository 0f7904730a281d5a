#include "researcher/fetch/entity_changes.h"

#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_writer.h"
#include "common/rpc/status.h"
#include "grpcpp/client_context.h"
#include "researcher/results/result_file.h"
#include "researcher/results/result_rows.h"

namespace blindlink::researcher {
namespace {

const char* KindName(v1::EntityChangeKind kind) {
  switch (kind) {
    case v1::ENTITIES_MERGED:
      return "merged";
    case v1::ENTITY_SPLIT:
      return "split";
    case v1::RECORD_ADDED:
      return "added";
    case v1::RECORD_LEFT:
      return "left";
    case v1::RECORD_MOVED:
      return "moved";
    default:
      return "";
  }
}

const char* CauseName(v1::EntityChangeCause cause) {
  switch (cause) {
    case v1::NEW_RECORDS:
      return "new records";
    case v1::RECORDS_GONE:
      return "records gone";
    case v1::DECIDED_ANEW:
      return "decided anew";
    default:
      return "";
  }
}

std::vector<std::string> Columns() {
  return {"change", "entity_before", "entity", "site", "record", "records", "run", "time", "cause"};
}

void AppendRow(const v1::EntityChange& change, std::string* out) {
  const bool of_entities = change.records() > 0;
  const std::string time =
      of_entities
          ? absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(change.unix_seconds()),
                             absl::UTCTimeZone())
          : "";
  AppendCsvRow(
      {KindName(change.kind()), HexEncode(change.entity_before()), HexEncode(change.entity()),
       change.site(), HexEncode(change.record()), of_entities ? absl::StrCat(change.records()) : "",
       change.run(), time, CauseName(change.cause())},
      out);
}

std::string NoteOf(const google::protobuf::RepeatedPtrField<std::string>& removed) {
  if (removed.empty()) return "";
  return absl::StrCat("between the two, ", absl::StrJoin(removed, ", "),
                      removed.size() == 1 ? " was" : " were",
                      " removed: what was merged and split then is not among the rows");
}

// Reads the stream from the file's end on. Name and note of the result go to `outcome`.
absl::Status Read(v1::EntityChanges::StubInterface& stub, const FetchRequest& request,
                  const std::string& since, ResultFile* file, FetchOutcome* outcome) {
  v1::GetEntityChangesRequest ask;
  ask.set_project(request.project);
  ask.set_run(request.run);
  ask.set_since_run(since);
  ask.set_first_row(file->rows());
  grpc::ClientContext context;
  const auto reader = stub.GetEntityChanges(&context, ask);
  v1::EntityChangeChunk chunk;
  absl::Status written;
  while (written.ok() && reader->Read(&chunk)) {
    std::string text;
    for (const v1::EntityChange& change : chunk.changes()) AppendRow(change, &text);
    if (!chunk.run().empty()) {
      outcome->run = chunk.run();
      outcome->note = NoteOf(chunk.removed_runs());
    }
    written = file->Append(text, static_cast<uint64_t>(chunk.changes_size()));
  }
  if (!written.ok()) context.TryCancel();
  while (!written.ok() && reader->Read(&chunk)) continue;
  const absl::Status ended = FromGrpc(reader->Finish());
  return written.ok() ? ended : written;
}

}  // namespace

absl::StatusOr<FetchOutcome> FetchEntityChanges(v1::EntityChanges::StubInterface& stub,
                                                const FetchRequest& request,
                                                const std::string& since) {
  const ResultSource source{"entity-changes", request.project,
                            absl::StrCat(request.run, " since ", since), ""};
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ResultFile> file,
                      ResultFile::Open(request.file, source, HeaderRow(Columns())));
  FetchOutcome outcome;
  outcome.rows_of_earlier_attempt = file->rows();
  Backoff backoff(request.backoff);
  while (true) {
    absl::Status status = Read(stub, request, since, file.get(), &outcome);
    if (status.ok()) break;
    if (absl::IsUnavailable(status) && backoff.Wait()) continue;
    // Keep the received rows for the next attempt, if the disk permits.
    file->Checkpoint().IgnoreError();
    return status;
  }
  outcome.rows = file->rows();
  BL_RETURN_IF_ERROR(file->Finish().status());
  return outcome;
}

}  // namespace blindlink::researcher
