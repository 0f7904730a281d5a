#pragma once

#include <atomic>
#include <functional>

#include "absl/status/status.h"

namespace blindlink::resolver {

// Lets the starter of a run watch and stop it.
struct RunControl {
  const std::atomic<bool>* cancel;
  // Called with the stage's name and the share (0..1) of the stage that is done.
  std::function<void(const char* stage, double share)> progress;

  // CANCELLED once `cancel` is set.
  absl::Status Check() const {
    return cancel->load() ? absl::CancelledError("the run was cancelled") : absl::OkStatus();
  }
};

}  // namespace blindlink::resolver
