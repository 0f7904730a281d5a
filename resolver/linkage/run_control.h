#pragma once

#include <atomic>
#include <functional>

#include "absl/status/status.h"

namespace blindlink::resolver {

// How whoever started a run watches and stops it.
struct RunControl {
  const std::atomic<bool>* cancel;
  // The stage's name and the share (0..1) of that stage.
  std::function<void(const char* stage, double share)> progress;

  // CANCELLED once `cancel` is set.
  absl::Status Check() const {
    return cancel->load() ? absl::CancelledError("the run was cancelled") : absl::OkStatus();
  }
};

}  // namespace blindlink::resolver
