#include "tests/bench/load/call_log.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace blindlink::load {
namespace {

constexpr size_t kMostTexts = 20;

constexpr const char* kKindNames[kKinds] = {
    "connect",     "begin upload", "upload blocks", "commit upload", "ingest",  "list results",
    "match pairs", "entity map",   "linkage run",   "overview page", "run page"};
constexpr const char* kPhaseNames[kPhases] = {"before", "while", "after"};

size_t IndexOf(Kind kind) { return static_cast<size_t>(kind); }

Phase PhaseOf(size_t quarter) {
  if (quarter == 0) return Phase::kBefore;
  return quarter + 1 < kQuarters ? Phase::kWhile : Phase::kAfter;
}

// The smallest value that so large a share of the values does not exceed.
double Percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::max<size_t>(rank, 1) - 1];
}

}  // namespace

const char* NameOf(Kind kind) { return kKindNames[IndexOf(kind)]; }
const char* NameOf(Phase phase) { return kPhaseNames[static_cast<size_t>(phase)]; }

void CallLog::BeginQuarter(size_t quarter) {
  const std::lock_guard lock(mutex_);
  quarter_ = quarter;
}

void CallLog::Note(Kind kind, Clock::duration took, const absl::Status& status) {
  const std::lock_guard lock(mutex_);
  Calls& calls = calls_[quarter_][IndexOf(kind)];
  if (status.ok()) {
    calls.ms.push_back(std::chrono::duration<double, std::milli>(took).count());
    return;
  }
  ++calls.failures;
  if (failure_texts_.size() < kMostTexts) {
    failure_texts_.push_back(absl::StrCat(NameOf(kind), ": ", status.ToString()));
  }
}

std::vector<Kind> CallLog::WithoutProgress() const {
  const std::lock_guard lock(mutex_);
  std::vector<Kind> without;
  for (size_t kind = 0; kind < kKinds; ++kind) {
    if (calls_[quarter_][kind].ms.empty()) without.push_back(static_cast<Kind>(kind));
  }
  return without;
}

CallLog::Row CallLog::Of(Kind kind, Phase phase) const {
  const std::lock_guard lock(mutex_);
  std::vector<double> ms;
  Row row;
  for (size_t quarter = 0; quarter < kQuarters; ++quarter) {
    if (PhaseOf(quarter) != phase) continue;
    const Calls& calls = calls_[quarter][IndexOf(kind)];
    ms.insert(ms.end(), calls.ms.begin(), calls.ms.end());
    row.failures += calls.failures;
  }
  std::sort(ms.begin(), ms.end());
  row.calls = ms.size();
  row.p50_ms = Percentile(ms, 0.5);
  row.p95_ms = Percentile(ms, 0.95);
  row.p99_ms = Percentile(ms, 0.99);
  row.max_ms = ms.empty() ? 0 : ms.back();
  return row;
}

uint64_t CallLog::failures() const {
  const std::lock_guard lock(mutex_);
  uint64_t sum = 0;
  for (const auto& quarter : calls_) {
    for (const Calls& calls : quarter) sum += calls.failures;
  }
  return sum;
}

std::vector<std::string> CallLog::FailureTexts() const {
  const std::lock_guard lock(mutex_);
  return failure_texts_;
}

}  // namespace blindlink::load
