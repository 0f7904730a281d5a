#include "resolver/service/result_service.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

// A chunk of pairs takes a few hundred KiB.
constexpr uint64_t kRowsPerChunk = 1000;

// Sends rows [first, total) in chunks. `chunk`, which names their source, is the first, and is
// always sent.
template <typename Chunk, typename Append>
absl::Status SendRows(uint64_t first, uint64_t total, Chunk chunk, Append append, Call& call,
                      grpc::ServerWriter<Chunk>* writer) {
  if (first > total) {
    return absl::OutOfRangeError(absl::StrCat("there are ", total, " rows"));
  }
  do {
    BL_RETURN_IF_ERROR(append(first, &chunk));
    first += kRowsPerChunk;
    bool written = false;
    BL_RETURN_IF_ERROR(call.Await([&] { written = writer->Write(chunk); }));
    if (!written) return absl::CancelledError("the caller closed the stream");
    chunk.Clear();
  } while (first < total);
  return absl::OkStatus();
}

template <typename Chunk>
Chunk FirstChunk(const RunResult& result) {
  Chunk chunk;
  *chunk.mutable_info() = result.Info();
  return chunk;
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
  return gate_.PassStream(
      *context, "/blindlink.v1.Result/GetMatchPairs", {request->project(), request->run()},
      [&](Call& call) -> absl::Status {
        BL_ASSIGN_OR_RETURN(const auto result, BeginRows(call, *request, RunResult::Rows::kPairs));
        return SendRows(
            request->first_row(), result->pair_count(), FirstChunk<v1::MatchPairChunk>(*result),
            [&](uint64_t first, v1::MatchPairChunk* chunk) {
              return result->AppendPairs(first, kRowsPerChunk, chunk);
            },
            call, writer);
      });
}

grpc::Status ResultService::GetEntityMap(grpc::ServerContext* context,
                                         const v1::GetRowsRequest* request,
                                         grpc::ServerWriter<v1::EntityChunk>* writer) {
  return gate_.PassStream(
      *context, "/blindlink.v1.Result/GetEntityMap", {request->project(), request->run()},
      [&](Call& call) -> absl::Status {
        BL_ASSIGN_OR_RETURN(const auto result,
                            BeginRows(call, *request, RunResult::Rows::kEntities));
        return SendRows(
            request->first_row(), result->entity_row_count(), FirstChunk<v1::EntityChunk>(*result),
            [&](uint64_t first, v1::EntityChunk* chunk) {
              return result->AppendEntities(first, kRowsPerChunk, chunk);
            },
            call, writer);
      });
}

grpc::Status ResultService::GetShiftSeeds(grpc::ServerContext* context,
                                          const v1::GetRowsRequest* request,
                                          grpc::ServerWriter<v1::ShiftSeedChunk>* writer) {
  return gate_.PassStream(*context, "/blindlink.v1.Result/GetShiftSeeds",
                          {request->project(), request->run()},
                          [&](Call& call) { return SendShiftSeeds(call, *request, writer); });
}

absl::Status ResultService::SendShiftSeeds(Call& call, const v1::GetRowsRequest& request,
                                           grpc::ServerWriter<v1::ShiftSeedChunk>* writer) {
  BL_ASSIGN_OR_RETURN(const auto result, BeginRows(call, request, RunResult::Rows::kEntities));
  BL_ASSIGN_OR_RETURN(const RunResult::RowRange rows, result->RowsOf(call.caller().name));
  v1::ShiftSeedChunk chunk;
  chunk.set_run(result->Info().run());
  chunk.set_records(rows.end - rows.first);
  return SendRows(
      request.first_row(), rows.end - rows.first, std::move(chunk),
      [&](uint64_t first, v1::ShiftSeedChunk* seeds) {
        const uint64_t count = std::min(kRowsPerChunk, rows.end - rows.first - first);
        return result->AppendShiftSeeds(rows.first + first, count, seeds);
      },
      call, writer);
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
