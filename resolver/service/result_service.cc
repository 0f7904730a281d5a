#include "resolver/service/result_service.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

// A chunk of pairs takes a few hundred KiB.
constexpr uint64_t kRowsPerChunk = 1000;

// Sends rows [first, total) in chunks. The first chunk, which is always sent, names their source.
template <typename Chunk, typename Append>
absl::Status SendRows(uint64_t first, uint64_t total, const v1::ResultInfo& info, Append append,
                      Call& call, grpc::ServerWriter<Chunk>* writer) {
  if (first > total) {
    return absl::OutOfRangeError(absl::StrCat("there are ", total, " rows"));
  }
  Chunk chunk;
  *chunk.mutable_info() = info;
  do {
    BL_RETURN_IF_ERROR(append(first, &chunk));
    first += kRowsPerChunk;
    bool written = false;
    BL_RETURN_IF_ERROR(call.Await([&] { written = writer->Write(chunk); }));
    if (!written) return absl::CancelledError("the researcher closed the stream");
    chunk.Clear();
  } while (first < total);
  return absl::OkStatus();
}

}  // namespace

grpc::Status ResultService::ListResults(grpc::ServerContext* context,
                                        const v1::ListResultsRequest* request,
                                        v1::ListResultsResponse* response) {
  return gate_.Pass(*context, "/blindlink.v1.Result/ListResults", {request->project()},
                    [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      for (v1::ResultInfo& info : project->runs().ListResults()) {
                        *response->add_results() = std::move(info);
                      }
                      return absl::OkStatus();
                    });
}

absl::StatusOr<std::shared_ptr<const RunResult>> ResultService::BeginRows(
    Call& call, const v1::GetRowsRequest& request, RunResult::Rows rows) {
  BL_RETURN_IF_ERROR(call.Begin());
  BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request.project(), call.caller()));
  return project->runs().Result(request.run(), rows);
}

grpc::Status ResultService::GetMatchPairs(grpc::ServerContext* context,
                                          const v1::GetRowsRequest* request,
                                          grpc::ServerWriter<v1::MatchPairChunk>* writer) {
  return gate_.PassStream(*context, "/blindlink.v1.Result/GetMatchPairs",
                          {request->project(), request->run()}, [&](Call& call) -> absl::Status {
                            BL_ASSIGN_OR_RETURN(const auto result,
                                                BeginRows(call, *request, RunResult::Rows::kPairs));
                            return SendRows(
                                request->first_row(), result->pair_count(), result->Info(),
                                [&](uint64_t first, v1::MatchPairChunk* chunk) {
                                  return result->AppendPairs(first, kRowsPerChunk, chunk);
                                },
                                call, writer);
                          });
}

grpc::Status ResultService::GetEntityMap(grpc::ServerContext* context,
                                         const v1::GetRowsRequest* request,
                                         grpc::ServerWriter<v1::EntityChunk>* writer) {
  return gate_.PassStream(*context, "/blindlink.v1.Result/GetEntityMap",
                          {request->project(), request->run()}, [&](Call& call) -> absl::Status {
                            BL_ASSIGN_OR_RETURN(
                                const auto result,
                                BeginRows(call, *request, RunResult::Rows::kEntities));
                            return SendRows(
                                request->first_row(), result->entity_row_count(), result->Info(),
                                [&](uint64_t first, v1::EntityChunk* chunk) {
                                  return result->AppendEntities(first, kRowsPerChunk, chunk);
                                },
                                call, writer);
                          });
}

grpc::Status ResultService::GetOverlap(grpc::ServerContext* context,
                                       const v1::GetOverlapRequest* request,
                                       v1::OverlapResponse* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Result/GetOverlap", {request->project(), request->run()},
      [&](const Party& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        BL_ASSIGN_OR_RETURN(const auto result,
                            project->runs().Result(request->run(), RunResult::Rows::kNone));
        *response = result->Overlap();
        return absl::OkStatus();
      });
}

}  // namespace blindlink::resolver
