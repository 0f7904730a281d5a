#pragma once

#include "absl/status/status.h"
#include "agent/commands/deidentify_inputs.h"

namespace blindlink::agent {

// Makes a release, or only reports or surveys, as the flags say; prints what was done. CANCELLED
// when interrupted: called again with the same flags and files, it goes on after the last stage
// that was finished. Catches interrupts (interrupt.h): call it in the main thread.
absl::Status Deidentify(const DeidentifyFlags& flags);

}  // namespace blindlink::agent
