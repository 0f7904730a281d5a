#include "resolver/worker/worker.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "blindlink/v1/work_service.grpc.pb.h"
#include "common/base/in_thread.h"
#include "common/base/status_macros.h"
#include "common/cli/version.h"
#include "common/rpc/backoff.h"
#include "common/rpc/status.h"
#include "common/rpc/unwitnessed_channel.h"
#include "common/telemetry/log.h"
#include "grpcpp/client_context.h"
#include "resolver/work/perform_work.h"
#include "resolver/work/work_board.h"

namespace blindlink::resolver {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenLooks{50};
// A thread that is given nothing for some ten seconds keeps nothing of the run that it worked on.
constexpr int kOrdersUntilForgotten = 10;

// The run that the threads of a worker are told of: the first learns it, and the others wait.
class RunsAtHand {
 public:
  explicit RunsAtHand(LearnedRun::OpenIndex open) : open_(std::move(open)) {}

  absl::StatusOr<std::shared_ptr<const LearnedRun>> Learn(const v1::RunToShare& told) {
    const std::lock_guard lock(mutex_);
    std::shared_ptr<const LearnedRun> known = known_.lock();
    if (known != nullptr && exchange_ == told.index().exchange()) return known;
    BL_ASSIGN_OR_RETURN(known, LearnedRun::Learn(told, open_));
    exchange_ = told.index().exchange();
    known_ = known;
    return known;
  }

 private:
  const LearnedRun::OpenIndex open_;
  std::mutex mutex_;
  uint64_t exchange_ = 0;
  std::weak_ptr<const LearnedRun> known_;  // until no thread works on it any more
};

// One thread of a worker, while it has joined.
class JoinedThread {
 public:
  JoinedThread(const WorkerOptions& options, RunsAtHand& runs, const std::atomic<bool>& stop)
      : options_(options), runs_(runs), stop_(stop) {}
  ~JoinedThread() { give_up_ = true; }

  // Until the stream ends, `stop` is set or a piece has failed. UNAVAILABLE: join again.
  absl::Status Serve(v1::Work::Stub& stub) {
    grpc::ClientContext context;
    const auto stream = stub.Join(&context);
    v1::WorkReport report;
    report.set_version(std::string(Version()));
    report.mutable_near_shards()->Assign(options_.near_shards.begin(), options_.near_shards.end());
    bool failed = false;
    while (!stop_ && !failed && stream->Write(report)) {
      v1::WorkOrder order;
      if (!stream->Read(&order)) break;
      joined_ = true;
      report = Follow(order);
      report.set_known_run(run_number_);
      failed = report.has_failure() &&
               report.failure().code() != static_cast<uint32_t>(absl::StatusCode::kCancelled);
    }
    // Whoever has failed leaves, and waits a while before it asks for more.
    v1::WorkOrder ignored;
    if (failed && stream->Write(report)) stream->Read(&ignored);
    stream->WritesDone();
    if (stop_) context.TryCancel();
    const absl::Status ended = FromGrpc(stream->Finish());
    if (stop_) return absl::OkStatus();
    return failed || ended.ok() ? absl::UnavailableError(report.failure().message()) : ended;
  }
  bool joined() const { return joined_; }

 private:
  // What to report next.
  v1::WorkReport Follow(const v1::WorkOrder& order) {
    if (order.give_up()) give_up_ = true;
    if (!doing_.valid() && order.attempt() != 0) Begin(order);
    if (!doing_.valid()) {
      if (++idle_orders_ >= kOrdersUntilForgotten) Forget();
      return {};
    }
    idle_orders_ = 0;
    const auto until =
        std::chrono::steady_clock::now() + milliseconds(std::max(1u, order.report_within_ms()));
    while (doing_.wait_for(kBetweenLooks) != std::future_status::ready) {
      if (stop_) give_up_ = true;
      if (std::chrono::steady_clock::now() > until) return {};
    }
    return doing_.get();
  }

  void Forget() {
    run_.reset();
    run_number_ = 0;
  }

  void Begin(const v1::WorkOrder& order) {
    give_up_ = false;
    if (order.has_run_to_share()) Forget();  // its memory, before that of the next one is taken
    run_number_ = order.run();
    TakenWork work;
    work.attempt = order.attempt();
    if (order.has_sweep()) {
      work.work = order.sweep();
    } else {
      work.work = order.pairs();
    }
    doing_ = InThread([this, work, told = order.run_to_share(),
                       is_told = order.has_run_to_share()]() -> v1::WorkReport {
      if (is_told) {
        absl::StatusOr<std::shared_ptr<const LearnedRun>> learned = runs_.Learn(told);
        if (!learned.ok()) return FailureReport(work.attempt, learned.status());
        run_ = *std::move(learned);
      }
      if (run_ == nullptr) {
        return FailureReport(work.attempt, absl::InternalError("nothing was said of the run"));
      }
      const size_t threads = std::max<size_t>(1, options_.limits.threads);
      return PerformWork(run_->AtHand(), work,
                         {options_.folder, options_.limits.memory_budget / threads}, give_up_);
    });
  }

  const WorkerOptions& options_;
  RunsAtHand& runs_;
  const std::atomic<bool>& stop_;
  std::atomic<bool> joined_ = false;
  std::atomic<bool> give_up_ = false;
  std::shared_ptr<const LearnedRun> run_;
  uint64_t run_number_ = 0;
  int idle_orders_ = 0;                // in a row
  std::future<v1::WorkReport> doing_;  // destroyed first, which waits for the thread
};

// Joins again and again.
absl::Status RunThread(const WorkerOptions& options, RunsAtHand& runs,
                       const std::atomic<bool>& stop) {
  BackoffOptions pauses;
  pauses.longest = std::chrono::seconds(10);
  pauses.sleep = [&stop](milliseconds pause) {
    for (; pause.count() > 0 && !stop; pause -= kBetweenLooks) {
      std::this_thread::sleep_for(kBetweenLooks);
    }
    return !stop;
  };
  Backoff backoff(pauses);
  bool joined = false;
  while (!stop) {
    absl::Status ended;
    if (const auto channel = ConnectUnwitnessed(options.connection); channel.ok()) {
      const auto stub = v1::Work::NewStub(*channel);
      JoinedThread thread(options, runs, stop);
      ended = thread.Serve(*stub);
      joined |= thread.joined();
      if (thread.joined()) backoff.Progressed();
    } else {
      ended = channel.status();
    }
    if (stop) break;
    if (!joined && !absl::IsUnavailable(ended)) {
      spdlog::error("event=worker-refused why={}", LogQuote(ended.message()));
      return ended;
    }
    spdlog::warn("event=worker-joins-again why={}", LogQuote(ended.message()));
    if (!backoff.Wait()) backoff.Progressed();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RunWorker(const WorkerOptions& options, const std::atomic<bool>& stop) {
  RunsAtHand runs(options.open);
  std::vector<std::future<absl::Status>> threads;
  for (size_t i = 0; i < std::max<size_t>(1, options.limits.threads); ++i) {
    threads.push_back(InThread([&] { return RunThread(options, runs, stop); }));
  }
  absl::Status status;
  for (auto& thread : threads) status.Update(thread.get());
  return status;
}

}  // namespace blindlink::resolver
