#pragma once

#include "absl/status/status.h"

namespace blindlink::agent {

// From now on, and for good, no thread of this process and no child of it can open, connect or use
// a socket of any kind (AF_UNIX included), start a program, or look into another process: such a
// call fails with EPERM. Files, pipes that are open already and threads work as before. A seccomp
// filter (seccomp(2), libseccomp) over all threads; it needs no privilege.
//
// Under AddressSanitizer, ptrace stays allowed, because its check for leaks needs it.
//
// FAILED_PRECONDITION if the kernel, or a container around the process, takes no such filter.
absl::Status GoOffline();

// What a command does that reads identifiers, before it reads the first: goes offline. If the
// kernel takes no filter, it says so on standard error and goes on, or returns the error if
// `required`.
absl::Status GoOfflineIfPossible(bool required);

}  // namespace blindlink::agent
