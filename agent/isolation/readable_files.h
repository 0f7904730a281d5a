#pragma once

#include <filesystem>
#include <vector>

#include "absl/status/statusor.h"

namespace blindlink::agent {

// From now on, and for good, this thread and all threads and processes that it starts can open
// nothing for reading but `files`, the folders of the system (/etc, /usr, /lib, /proc, /sys, /dev,
// /run), and `folders` with all that is in them; nor look into a process that is not under the same
// limit: opening fails with EACCES. What is open already stays open, and writing is as before. What
// of `files` and `folders` does not exist is left out. Landlock (landlock(7), Linux 5.13), which
// needs no privilege. Call it while the process has one thread.
//
// False, and nothing changes, if the kernel has no Landlock or a container does not permit it.
// Errors are the kernel's.
absl::StatusOr<bool> ReadNothingBut(const std::vector<std::filesystem::path>& files,
                                    const std::vector<std::filesystem::path>& folders);

}  // namespace blindlink::agent
