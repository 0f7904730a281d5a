#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace blindlink::load {

// How large the load is. The defaults are those of docs/performance.md.
struct Options {
  int seconds = 60;  // of load; a quarter lasts longer if something makes no progress in it
  int patience_seconds = 60;  // after which that is starvation
  int sites = 20;
  int researchers = 50;
  size_t strangers = 10'000;    // connections held open in the second and third quarter
  int people = 20'000;          // at each of two sites, whose run the researchers fetch
  int records = 5'000;          // in each dataset that a site uploads
  int idle_stream_ms = 20'000;  // in the resolver's configuration. 0: its default
  // What the last quarter may take more than the first, on average, besides 10 KiB for each
  // stranger.
  int memory_bound_mib = 64;
  std::string json;  // a file; empty: none
};

using Clock = std::chrono::steady_clock;

inline double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace blindlink::load
