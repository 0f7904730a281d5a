#include "resolver/service/entity_change_service.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

constexpr int kRowsPerChunk = 1000;

}  // namespace

grpc::Status EntityChangeService::GetEntityChanges(
    grpc::ServerContext* context, const v1::GetEntityChangesRequest* request,
    grpc::ServerWriter<v1::EntityChangeChunk>* writer) {
  return gate_.PassStream(*context, "/blindlink.v1.EntityChanges/GetEntityChanges",
                          {.project = request->project(), .run = request->run()},
                          [&](Call& call) { return Send(call, *request, writer); });
}

absl::Status EntityChangeService::Send(Call& call, const v1::GetEntityChangesRequest& request,
                                       grpc::ServerWriter<v1::EntityChangeChunk>* writer) {
  BL_RETURN_IF_ERROR(call.Begin());
  BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request.project(), call.caller()));
  if (project->release() == v1::RELEASE_BY_GRANT) {
    return absl::PermissionDeniedError(
        "this project releases its results by grant, each with pseudonyms of its own: fetch the "
        "whole entity map under a grant for the newer run");
  }
  v1::EntityChangeChunk chunk;
  uint64_t row = 0;
  const auto flush = [&]() -> absl::Status {
    bool written = false;
    BL_RETURN_IF_ERROR(call.Await([&] { written = writer->Write(chunk); }));
    chunk.Clear();
    return written ? absl::OkStatus() : absl::CancelledError("the caller closed the stream");
  };
  const auto send = [&](const v1::EntityChange& change) -> absl::Status {
    if (row++ < request.first_row()) return absl::OkStatus();
    if (chunk.changes().empty()) chunk.set_first_row(row - 1);
    *chunk.add_changes() = change;
    return chunk.changes_size() < kRowsPerChunk ? absl::OkStatus() : flush();
  };
  BL_ASSIGN_OR_RETURN(RunRegister::ChangesBetween between,
                      project->runs().EntityChanges(request.since_run(), request.run(), send));
  if (request.first_row() > row) {
    return absl::OutOfRangeError(absl::StrCat("there are ", row, " rows"));
  }
  if (chunk.changes().empty()) chunk.set_first_row(row);
  chunk.set_run(between.run);
  for (std::string& removed : between.removed_runs) *chunk.add_removed_runs() = std::move(removed);
  return flush();
}

}  // namespace blindlink::resolver
