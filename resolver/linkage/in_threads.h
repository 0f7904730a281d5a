#pragma once

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "resolver/linkage/run_control.h"

namespace blindlink::resolver {

// Calls `work` once for every number below `count`, rising, in `threads` threads, each of which is
// told its own number (from 0). All have ended when it returns, with the first status that was not
// OK; after one no more work is begun. Tells `control` meanwhile, in this thread, what `share` says
// of the stage.
absl::Status InThreads(size_t threads, size_t count, const RunControl& control, const char* stage,
                       const std::function<double()>& share,
                       const std::function<absl::Status(size_t thread, size_t number)>& work);

}  // namespace blindlink::resolver
