#include "tests/bench/load/resolver_figures.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace blindlink::load {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{200};
constexpr double kKibPerMib = 1024;

// A number of /proc/PID/status, e.g. of "VmRSS:     1234 kB".
uint64_t NumberOf(pid_t pid, const std::string& name) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (!absl::StartsWith(line, name + ":")) continue;
    const std::vector<std::string> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    uint64_t number = 0;
    if (words.size() > 1 && absl::SimpleAtoi(words[1], &number)) return number;
  }
  return 0;
}

uint64_t CountDescriptors(pid_t pid) {
  std::error_code error;
  uint64_t count = 0;
  for (std::filesystem::directory_iterator at(absl::StrCat("/proc/", pid, "/fd"), error), end;
       !error && at != end; at.increment(error)) {
    ++count;
  }
  return count;
}

}  // namespace

ResolverFigures::ResolverFigures(pid_t pid) : pid_(pid), thread_([this] { Run(); }) {}

ResolverFigures::~ResolverFigures() {
  stopping_ = true;
  thread_.join();
}

ResolverFigures::Now ResolverFigures::Look() const {
  return {static_cast<double>(NumberOf(pid_, "VmRSS")) / kKibPerMib, CountDescriptors(pid_),
          NumberOf(pid_, "Threads")};
}

double ResolverFigures::PeakMib() const {
  return static_cast<double>(NumberOf(pid_, "VmHWM")) / kKibPerMib;
}

void ResolverFigures::BeginQuarter(size_t quarter) {
  const std::lock_guard lock(mutex_);
  quarter_ = quarter;
}

ResolverFigures::Quarter ResolverFigures::Of(size_t quarter) const {
  const std::lock_guard lock(mutex_);
  const Sums& sums = sums_[quarter];
  Quarter figures = sums.most;
  figures.mean_mib = sums.looks == 0 ? 0 : sums.mib / static_cast<double>(sums.looks);
  return figures;
}

void ResolverFigures::Run() {
  while (!stopping_) {
    const Now now = Look();
    {
      const std::lock_guard lock(mutex_);
      Sums& sums = sums_[quarter_];
      sums.mib += now.resident_mib;
      ++sums.looks;
      sums.most.most_mib = std::max(sums.most.most_mib, now.resident_mib);
      sums.most.most_descriptors = std::max(sums.most.most_descriptors, now.descriptors);
      sums.most.most_threads = std::max(sums.most.most_threads, now.threads);
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace blindlink::load
