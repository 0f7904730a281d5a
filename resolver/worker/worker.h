#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "absl/status/status.h"
#include "common/rpc/client.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/work/run_at_hand.h"

namespace blindlink::resolver {

struct WorkerOptions {
  ConnectionFlags connection;         // to the resolver, as spiffe://blindlink/worker/<name>
  std::vector<uint32_t> near_shards;  // from 1; their work is preferred
  std::filesystem::path folder;       // for sorting
  WorkLimits limits;                  // all threads together
  LearnedRun::OpenIndex open;
};

// A worker: each of its threads joins the resolver and does what it is asked, until `stop` is set.
// It keeps nothing: what it does not report is done by others. Once it has joined, it joins again,
// however long the resolver is away. Before that: the error of the connection if it is not
// UNAVAILABLE, that is, if waiting does not help (UNAUTHENTICATED, PERMISSION_DENIED,
// FAILED_PRECONDITION).
absl::Status RunWorker(const WorkerOptions& options, const std::atomic<bool>& stop);

}  // namespace blindlink::resolver
