#include "resolver/service/result_service.h"

#include <algorithm>
#include <ctime>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/access/granted_rows.h"

namespace blindlink::resolver {
namespace {

// A chunk of pairs takes a few hundred KiB.
constexpr uint64_t kRowsPerChunk = 1000;

// Sends rows [first, total) in chunks. `chunk`, which names their source, is the first, and is
// always sent. `check()` says for each chunk that was read whether it may still be sent.
template <typename Chunk, typename Append, typename Check>
absl::Status SendRows(uint64_t first, uint64_t total, Chunk chunk, Append append, Call& call,
                      Check check, grpc::ServerWriter<Chunk>* writer) {
  if (first > total) {
    return absl::OutOfRangeError(absl::StrCat("there are ", total, " rows"));
  }
  do {
    BL_RETURN_IF_ERROR(append(first, &chunk));
    BL_RETURN_IF_ERROR(check());
    first += kRowsPerChunk;
    bool written = false;
    BL_RETURN_IF_ERROR(call.Await([&] { written = writer->Write(chunk); }));
    if (!written) {
      BL_RETURN_IF_ERROR(check());
      return absl::CancelledError("the caller closed the stream");
    }
    chunk.Clear();
  } while (first < total);
  return absl::OkStatus();
}

// A full disk does not keep a researcher from a result; it is told of the same rules once more
// then.
void NoteFetched(Project& project, const RunResult& result, const Party& caller) {
  const absl::Status noted =
      project.released().NoteRulesSeen(caller.name, result.Info().rules_version());
  if (noted.ok()) return;
  spdlog::warn("event=rules-not-noted project={} why={}", project.name(),
               LogQuote(noted.message()));
}

void KeepCovered(const v1::AccessRequest& request, const std::vector<v1::OverlapCell>& cells,
                 v1::OverlapResponse* response) {
  response->clear_cells();
  for (const v1::OverlapCell& cell : cells) {
    const bool one_site = cell.left_site() == cell.right_site();
    const bool covered = one_site ? CoversSite(request, cell.left_site())
                                  : CoversPair(request, cell.left_site(), cell.right_site());
    if (covered) *response->add_cells() = cell;
  }
}

// The run's estimates without what they count.
void KeepShares(v1::ScoreReport* score) {
  v1::ScoreReport kept;
  kept.set_min_score(score->min_score());
  kept.set_expected_ppv(score->expected_ppv());
  kept.set_expected_ppv_low(score->expected_ppv_low());
  kept.set_expected_ppv_high(score->expected_ppv_high());
  kept.set_expected_sensitivity(score->expected_sensitivity());
  *score = std::move(kept);
}

// What a project that releases by grant tells of a result to whoever has none: no counts.
v1::ResultInfo WithoutCounts(v1::ResultInfo info) {
  info.clear_match_pairs();
  info.clear_entity_map_rows();
  info.clear_entities();
  if (info.has_score()) KeepShares(info.mutable_score());
  info.set_by_grant(true);
  return info;
}

v1::ResultInfo UnderGrant(v1::ResultInfo info, const v1::Grant& grant) {
  info = WithoutCounts(std::move(info));
  info.set_match_pairs(grant.match_pairs());
  info.set_entity_map_rows(grant.entity_map_rows());
  info.set_grant_expires_unix_seconds(grant.request().expires_unix_seconds());
  info.clear_grants();
  info.add_grants(grant.grant());
  return info;
}

// The result of a listing as the caller's grants show it. `only`, if not empty, is the grant that
// the caller names.
v1::ResultInfo Listed(v1::ResultInfo info, const std::vector<v1::Grant>& grants,
                      absl::string_view only) {
  info = WithoutCounts(std::move(info));
  const v1::Grant* serving = nullptr;
  for (const v1::Grant& grant : grants) {
    if (grant.state() != v1::GRANT_APPROVED || grant.request().run() != info.run()) continue;
    if (!only.empty() && grant.grant() != only) continue;
    info.add_grants(grant.grant());
    serving = &grant;
  }
  return info.grants_size() == 1 ? UnderGrant(std::move(info), *serving) : info;
}

}  // namespace

grpc::Status ResultService::ListResults(grpc::ServerContext* context,
                                        const v1::ListResultsRequest* request,
                                        v1::ListResultsResponse* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Result/ListResults",
      {.project = request->project(), .grant = request->grant()},
      [&](const Party& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        const int64_t now = time(nullptr);
        const std::vector<v1::Grant> grants = project->grants().List(caller.name, now);
        if (!request->grant().empty()) {
          // Says why, if it is not in force.
          BL_RETURN_IF_ERROR(
              project->grants()
                  .Use({request->grant(), "", caller.name, v1::ACCESS_COUNTS}, now, nullptr)
                  .status());
        }
        for (v1::ResultInfo& info : project->runs().ListResults()) {
          info.set_rules_version_fetched(project->released().RulesSeen(caller.name));
          if (project->release() == v1::RELEASE_BY_GRANT) {
            info = Listed(std::move(info), grants, request->grant());
          }
          if (request->grant().empty() || info.grants_size() == 1) {
            *response->add_results() = std::move(info);
          }
        }
        return absl::OkStatus();
      });
}

absl::StatusOr<ResultService::Opened> ResultService::Open(Call& call, const Asked& asked,
                                                          RunResult::Rows rows) {
  BL_RETURN_IF_ERROR(call.Begin());
  Opened opened;
  BL_ASSIGN_OR_RETURN(opened.project, FindForCaller(store_, asked.project, call.caller()));
  std::string run = asked.run;
  if (opened.project->release() == v1::RELEASE_BY_GRANT) {
    BL_ASSIGN_OR_RETURN(opened.use, opened.project->grants().Use(
                                        {asked.grant, run, call.caller().name, asked.level},
                                        time(nullptr), [&call] { call.Cut(); }));
    run = opened.use->grant().request().run();
  } else if (!asked.grant.empty()) {
    return absl::FailedPreconditionError(
        "this project releases its results to the researchers whom it names: leave the grant out");
  }
  BL_ASSIGN_OR_RETURN(opened.result, opened.project->runs().Result(run, rows));
  return opened;
}

absl::Status ResultService::CheckStillReleased(const Opened& opened) {
  if (opened.use != nullptr) BL_RETURN_IF_ERROR(opened.use->CheckInForce());
  return opened.project->runs().CheckUnchanged(opened.result->run(), 0);
}

v1::ResultInfo ResultService::InfoFor(const Opened& opened, const Party& caller) {
  v1::ResultInfo info = opened.result->Info();
  info.set_rules_version_fetched(opened.project->released().RulesSeen(caller.name));
  return opened.use == nullptr ? info : UnderGrant(std::move(info), opened.use->grant());
}

grpc::Status ResultService::GetMatchPairs(grpc::ServerContext* context,
                                          const v1::GetRowsRequest* request,
                                          grpc::ServerWriter<v1::MatchPairChunk>* writer) {
  return gate_.PassStream(
      *context, "/blindlink.v1.Result/GetMatchPairs",
      {.project = request->project(), .run = request->run(), .grant = request->grant()},
      [&](Call& call) { return SendPairs(call, *request, writer); });
}

absl::Status ResultService::SendPairs(Call& call, const v1::GetRowsRequest& request,
                                      grpc::ServerWriter<v1::MatchPairChunk>* writer) {
  BL_ASSIGN_OR_RETURN(
      const Opened opened,
      Open(call, {request.project(), request.run(), request.grant(), v1::ACCESS_PAIRS},
           RunResult::Rows::kPairs));
  v1::MatchPairChunk chunk;
  *chunk.mutable_info() = InfoFor(opened, call.caller());
  const RunResult& result = *opened.result;
  NoteFetched(*opened.project, result, call.caller());
  const auto check = [&opened] { return CheckStillReleased(opened); };
  if (opened.use == nullptr) {
    return SendRows(
        request.first_row(), result.pair_count(), std::move(chunk),
        [&](uint64_t first, v1::MatchPairChunk* rows) {
          return result.AppendPairs(first, kRowsPerChunk, rows);
        },
        call, check, writer);
  }
  BL_ASSIGN_OR_RETURN(const auto pairs,
                      GrantedPairs::Sort(result, {opened.use->grant().request(), opened.use->key(),
                                                  opened.project->temporary_folder()}));
  BL_RETURN_IF_ERROR(pairs->Skip(request.first_row()));
  return SendRows(
      request.first_row(), pairs->count(), std::move(chunk),
      [&](uint64_t, v1::MatchPairChunk* rows) { return pairs->Append(kRowsPerChunk, rows); }, call,
      check, writer);
}

grpc::Status ResultService::GetEntityMap(grpc::ServerContext* context,
                                         const v1::GetRowsRequest* request,
                                         grpc::ServerWriter<v1::EntityChunk>* writer) {
  return gate_.PassStream(
      *context, "/blindlink.v1.Result/GetEntityMap",
      {.project = request->project(), .run = request->run(), .grant = request->grant()},
      [&](Call& call) { return SendEntities(call, *request, writer); });
}

absl::Status ResultService::SendEntities(Call& call, const v1::GetRowsRequest& request,
                                         grpc::ServerWriter<v1::EntityChunk>* writer) {
  BL_ASSIGN_OR_RETURN(
      const Opened opened,
      Open(call, {request.project(), request.run(), request.grant(), v1::ACCESS_ENTITY_MAP},
           RunResult::Rows::kEntities));
  v1::EntityChunk chunk;
  *chunk.mutable_info() = InfoFor(opened, call.caller());
  const RunResult& result = *opened.result;
  NoteFetched(*opened.project, result, call.caller());
  const auto check = [&opened] { return CheckStillReleased(opened); };
  if (opened.use == nullptr) {
    return SendRows(
        request.first_row(), result.entity_row_count(), std::move(chunk),
        [&](uint64_t first, v1::EntityChunk* rows) {
          return result.AppendEntities(first, kRowsPerChunk, rows);
        },
        call, check, writer);
  }
  BL_ASSIGN_OR_RETURN(
      const auto members,
      GrantedMembers::Sort(result, {opened.use->grant().request(), opened.use->key(),
                                    opened.project->temporary_folder()}));
  BL_RETURN_IF_ERROR(members->Skip(request.first_row()));
  return SendRows(
      request.first_row(), members->count(), std::move(chunk),
      [&](uint64_t, v1::EntityChunk* rows) { return members->Append(kRowsPerChunk, rows); }, call,
      check, writer);
}

grpc::Status ResultService::GetShiftSeeds(grpc::ServerContext* context,
                                          const v1::GetRowsRequest* request,
                                          grpc::ServerWriter<v1::ShiftSeedChunk>* writer) {
  return gate_.PassStream(*context, "/blindlink.v1.Result/GetShiftSeeds",
                          {request->project(), request->run()},
                          [&](Call& call) { return SendShiftSeeds(call, *request, writer); });
}

// A site's own records: they are no release, and need no grant.
absl::Status ResultService::SendShiftSeeds(Call& call, const v1::GetRowsRequest& request,
                                           grpc::ServerWriter<v1::ShiftSeedChunk>* writer) {
  BL_RETURN_IF_ERROR(call.Begin());
  BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request.project(), call.caller()));
  BL_ASSIGN_OR_RETURN(const auto result,
                      project->runs().Result(request.run(), RunResult::Rows::kEntities));
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
      call, [&] { return project->runs().CheckUnchanged(result->run(), 0); }, writer);
}

grpc::Status ResultService::GetOverlap(grpc::ServerContext* context,
                                       const v1::GetOverlapRequest* request,
                                       v1::OverlapResponse* response) {
  return gate_.PassStream(
      *context, "/blindlink.v1.Result/GetOverlap",
      {.project = request->project(), .run = request->run(), .grant = request->grant()},
      [&](Call& call) -> absl::Status {
        BL_ASSIGN_OR_RETURN(
            const Opened opened,
            Open(call, {request->project(), request->run(), request->grant(), v1::ACCESS_COUNTS},
                 RunResult::Rows::kNone));
        ReleasedCounts& released = opened.project->released();
        *response = opened.result->Overlap();
        *response->mutable_info() = InfoFor(opened, call.caller());
        if (opened.use != nullptr) {
          // All of the run's, so that what is withheld is the same for every grant.
          BL_ASSIGN_OR_RETURN(
              const std::vector<v1::OverlapCell> cells,
              released.Release(opened.result->ExactOverlap(), RunResult::kSuppressedUpTo));
          KeepCovered(opened.use->grant().request(), cells, response);
        }
        NoteFetched(*opened.project, *opened.result, call.caller());
        return absl::OkStatus();
      });
}

}  // namespace blindlink::resolver
