#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>

#include "tests/bench/load/call_log.h"

namespace blindlink::load {

// What the resolver's process takes, looked at several times a second from construction on.
// Thread-safe.
class ResolverFigures {
 public:
  explicit ResolverFigures(pid_t pid);
  ~ResolverFigures();
  ResolverFigures(const ResolverFigures&) = delete;
  ResolverFigures& operator=(const ResolverFigures&) = delete;

  struct Now {
    double resident_mib = 0;
    uint64_t descriptors = 0;
    uint64_t threads = 0;
  };
  Now Look() const;
  double PeakMib() const;

  struct Quarter {
    double mean_mib = 0;
    double most_mib = 0;
    uint64_t most_descriptors = 0;
    uint64_t most_threads = 0;
  };
  void BeginQuarter(size_t quarter);
  Quarter Of(size_t quarter) const;

 private:
  struct Sums {
    double mib = 0;
    uint64_t looks = 0;
    Quarter most;
  };
  void Run();

  const pid_t pid_;
  mutable std::mutex mutex_;
  size_t quarter_ = 0;
  std::array<Sums, kQuarters> sums_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace blindlink::load
