#pragma once

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "resolver/linkage/run_control.h"

namespace blindlink::resolver {

// Calls `work` once for every number below `count`, in ascending order, in `threads` threads, and
// passes each thread's own number (from 0). All threads have ended on return. Returns the first
// status that was not OK; no further work is started after an error. Meanwhile the calling thread
// reports `share()` of the stage to `control`.
absl::Status InThreads(size_t threads, size_t count, const RunControl& control, const char* stage,
                       const std::function<double()>& share,
                       const std::function<absl::Status(size_t thread, size_t number)>& work);

}  // namespace blindlink::resolver
