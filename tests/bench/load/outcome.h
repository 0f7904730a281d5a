#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/load/call_log.h"
#include "tests/bench/load/options.h"
#include "tests/bench/load/resolver_figures.h"
#include "tests/bench/load/slow_clients.h"

namespace blindlink::load {

// What was seen under load.
struct Outcome {
  Options options;
  std::array<std::array<CallLog::Row, kPhases>, kKinds> calls;
  uint64_t failures = 0;
  std::vector<std::string> failure_texts;
  std::vector<std::string> starved;  // "ingest in quarter 2"

  ResolverFigures::Now start;
  ResolverFigures::Now end;
  std::array<ResolverFigures::Quarter, kQuarters> quarters;
  double peak_mib = 0;

  uint64_t strangers_held = 0;  // most at the same time
  uint64_t strangers_connected = 0;
  uint64_t strangers_refused = 0;
  uint64_t strangers_cut_off = 0;

  std::vector<SlowClients::Cut> cuts;
  double slow_connection_closed = -1;  // seconds
  bool resolver_lives = false;
};

// The reasons why the resolver did not stand the load; empty: it did.
std::vector<std::string> Faults(const Outcome& outcome);

// Tables, as docs/performance.md has them.
std::string TextOf(const Outcome& outcome);
std::string JsonOf(const Outcome& outcome);

}  // namespace blindlink::load
