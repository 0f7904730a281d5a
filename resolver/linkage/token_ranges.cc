#include "resolver/linkage/token_ranges.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace blindlink {
namespace {

constexpr size_t kRangesAThread = 8;
constexpr auto kBetweenReports = std::chrono::milliseconds(100);

// The token at `number` / `count` of all.
StoredToken TokenAt(size_t number, size_t count) {
  StoredToken token;
  const uint32_t share = static_cast<uint32_t>((uint64_t{number} << 32) / count);
  StoreBigEndian32(share, token.bytes.data());
  return token;
}

// What is left to do, and how it went.
class Ranges {
 public:
  Ranges(size_t count, size_t threads) : count_(count), working_(threads) {}

  std::optional<TokenRange> Take() {
    const std::lock_guard lock(mutex_);
    if (next_ == count_ || !status_.ok()) return std::nullopt;
    const size_t number = next_++;
    const bool last = next_ == count_;
    return TokenRange{number, TokenAt(number, count_),
                      last ? std::nullopt : std::optional(TokenAt(next_, count_))};
  }
  void Report(const absl::Status& status) {
    const std::lock_guard lock(mutex_);
    status_.Update(status);
  }
  void EndThread() {
    const std::lock_guard lock(mutex_);
    --working_;
    changed_.notify_all();
  }
  // Whether all threads have ended; waits for it a while.
  bool HaveEnded() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kBetweenReports, [this] { return working_ == 0; });
  }
  absl::Status status() {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  const size_t count_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t next_ = 0;
  size_t working_;
  absl::Status status_;
};

}  // namespace

size_t RangeCount(size_t threads) { return kRangesAThread * threads; }

absl::Status ForEachTokenRange(
    size_t threads, const RunControl& control, const char* stage,
    const std::function<double()>& share,
    const std::function<absl::Status(size_t thread, const TokenRange& range)>& work) {
  Ranges ranges(RangeCount(threads), threads);
  std::vector<std::thread> workers;
  for (size_t thread = 0; thread < threads; ++thread) {
    workers.emplace_back([&ranges, &work, thread] {
      while (const std::optional<TokenRange> range = ranges.Take()) {
        ranges.Report(work(thread, *range));
      }
      ranges.EndThread();
    });
  }
  do {
    control.progress(stage, std::clamp(share(), 0.0, 1.0));
  } while (!ranges.HaveEnded());
  for (std::thread& worker : workers) worker.join();
  return ranges.status();
}

}  // namespace blindlink
