#include "resolver/service/work_service.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/cli/version.h"
#include "common/rpc/status.h"
#include "common/telemetry/log.h"

namespace blindlink::resolver {
namespace {

constexpr std::chrono::milliseconds kBetweenReports{2000};
// How long a worker without work waits for an answer.
constexpr std::chrono::milliseconds kPatience{1000};

// Messages between a resolver and its workers have no other form for other versions.
absl::Status CheckVersion(const v1::WorkReport& first) {
  if (first.version() == Version()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("the worker is of version ", first.version(),
                                                    " and the resolver of version ", Version(),
                                                    ": install the same on both machines"));
}

// What a worker says of itself may be anything.
void LogFailure(const std::string& worker, const v1::WorkReport& report) {
  constexpr size_t kShown = 500;
  const absl::Status failure = FailureIn(report);
  if (absl::IsCancelled(failure)) return;
  spdlog::warn("event=work-failed worker={} code={} why={}", worker,
               absl::StatusCodeToString(failure.code()),
               LogQuote(failure.message().substr(0, kShown)));
}

}  // namespace

grpc::Status WorkService::Join(grpc::ServerContext* context, Stream* stream) {
  return gate_.PassStream(*context, "/blindlink.v1.Work/Join", {}, [&](Call& call) -> absl::Status {
    BL_RETURN_IF_ERROR(call.Begin());
    return Serve(call, stream);
  });
}

absl::Status WorkService::Serve(Call& call, Stream* stream) {
  v1::WorkReport report;
  bool more = false;
  BL_RETURN_IF_ERROR(call.Await([&] { more = stream->Read(&report); }));
  if (!more) return absl::InvalidArgumentError("the stream has no report");
  BL_RETURN_IF_ERROR(CheckVersion(report));
  if (board_.workers() >= kMostThreads) {
    return BusyError(absl::StrCat(kMostThreads,
                                  " threads of workers have joined, which is the most that are "
                                  "served: start workers with fewer threads"));
  }
  const WorkBoard::Presence presence(board_);
  Worker worker(board_, call.caller().name);
  for (const uint32_t shard : report.near_shards()) {
    if (shard > 0) worker.taker.near.push_back(shard - 1);
  }
  while (more) {
    if (board_.closed()) return absl::UnavailableError("the resolver is stopping");
    const v1::WorkOrder order = Answer(report, &worker);
    BL_RETURN_IF_ERROR(call.Await([&] { more = stream->Write(order); }));
    if (more) BL_RETURN_IF_ERROR(call.Await([&] { more = stream->Read(&report); }));
  }
  return absl::OkStatus();
}

v1::WorkOrder WorkService::Answer(const v1::WorkReport& report, Worker* worker) {
  v1::WorkOrder order;
  order.set_report_within_ms(static_cast<uint32_t>(kBetweenReports.count()));
  if (worker->attempt != 0) {
    if (report.attempt() != worker->attempt) {
      order.set_give_up(!board_.Sign(worker->attempt));
      return order;
    }
    if (report.has_failure()) LogFailure(worker->taker.worker, report);
    board_.End(std::exchange(worker->attempt, 0), report);
  }
  const std::optional<TakenWork> taken = board_.Take(worker->taker, kPatience);
  if (!taken.has_value()) return order;
  worker->attempt = taken->attempt;
  order.set_attempt(taken->attempt);
  order.set_run(taken->run);
  if (const auto* sweep = std::get_if<v1::SweepWork>(&taken->work)) {
    *order.mutable_sweep() = *sweep;
  } else {
    *order.mutable_pairs() = std::get<v1::PairWork>(taken->work);
  }
  if (report.known_run() != taken->run) *order.mutable_run_to_share() = *taken->description;
  return order;
}

}  // namespace blindlink::resolver
