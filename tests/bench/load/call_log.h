#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tests/bench/load/options.h"

namespace blindlink::load {

// What honest parties do.
enum class Kind {
  kConnect,
  kBeginUpload,
  kUploadBlocks,
  kCommitUpload,
  kIngest,
  kListResults,
  kMatchPairs,
  kEntityMap,
  kLinkageRun,
  kOverviewPage,
  kRunPage,
};
inline constexpr size_t kKinds = 11;
const char* NameOf(Kind kind);

// Strangers hold connections in the second and third quarter.
inline constexpr size_t kQuarters = 4;
enum class Phase { kBefore, kWhile, kAfter };
inline constexpr size_t kPhases = 3;
const char* NameOf(Phase phase);

// How long the honest parties' calls took, and which failed. Thread-safe.
class CallLog {
 public:
  struct Row {
    uint64_t calls = 0;  // that succeeded
    uint64_t failures = 0;
    double p50_ms = 0;
    double p95_ms = 0;
    double p99_ms = 0;
    double max_ms = 0;
  };

  void BeginQuarter(size_t quarter);
  // Counts in the quarter in which the call ends.
  void Note(Kind kind, Clock::duration took, const absl::Status& status);
  // The kinds of which no call has succeeded in the quarter that is under way.
  std::vector<Kind> WithoutProgress() const;

  Row Of(Kind kind, Phase phase) const;
  uint64_t failures() const;
  // What the first failed calls said.
  std::vector<std::string> FailureTexts() const;

 private:
  struct Calls {
    std::vector<double> ms;
    uint64_t failures = 0;
  };

  mutable std::mutex mutex_;
  size_t quarter_ = 0;
  std::array<std::array<Calls, kKinds>, kQuarters> calls_;
  std::vector<std::string> failure_texts_;
};

// Makes a call and notes it.
template <typename Call>
absl::Status Timed(CallLog& log, Kind kind, Call call) {
  const Clock::time_point begin = Clock::now();
  const absl::Status status = call();
  log.Note(kind, Clock::now() - begin, status);
  return status;
}

}  // namespace blindlink::load
