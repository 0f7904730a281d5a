#pragma once

#include <sys/types.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace blindlink {

// What a program and its children did, seen from outside: by notifications of the kernel's seccomp
// (seccomp_unotify(2), Linux 5.9), which they cannot avoid and which change nothing for them.
struct WatchedRun {
  struct Opened {
    pid_t process = 0;
    // Whether that process was under a filter that the program itself has set, when it opened it.
    bool under_filter = false;
    std::filesystem::path file;
  };

  int code = 0;
  std::string output;  // standard output and standard error
  // Each file or folder below the watched folder that they asked to open, in this order.
  std::vector<Opened> opened;
  // The processes that asked for a socket. Those whose own filter refuses sockets are not among
  // them.
  std::set<pid_t> with_sockets;
};

// Runs a program to its end with an empty standard input. `folder` is absolute. Aborts the test
// program if the kernel cannot notify. Call it while this process has one thread.
WatchedRun RunWatched(const std::vector<std::string>& argv, const std::filesystem::path& folder);

}  // namespace blindlink
