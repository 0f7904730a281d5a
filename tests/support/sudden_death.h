#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace blindlink {

// Runs code in a process that dies, as by SIGKILL, at a chosen one of the calls that change a disk:
// create, write, sync, truncate, rename, link, mkdir, remove. The code is this program's, in a
// child process, so what it keeps in memory is lost and what it wrote is there. This process must
// have no other threads. Calls of shared libraries count; those on standard output and error do
// not. Not thread-safe.
class SuddenDeath {
 public:
  SuddenDeath();
  ~SuddenDeath();
  SuddenDeath(const SuddenDeath&) = delete;
  SuddenDeath& operator=(const SuddenDeath&) = delete;

  // Where a process died.
  struct Place {
    std::string call;  // "rename"
    std::string file;  // its path, as the call named it
  };
  // Runs `code`, which dies at the `call`-th call, from 1 on; with `torn`, a write there is half
  // made. 0: it lives to its end. `code` returns the exit code of the process. Returns the place,
  // or none if the code came to its end with 0; anything else is a failure of the test.
  std::optional<Place> Run(uint64_t call, bool torn, const std::function<int()>& code);
  // The calls that the code of the newest Run made.
  uint64_t calls() const;
  // Numbers that the code shares with this process; they survive its death. 0 at first.
  static constexpr size_t kShared = 8;
  std::atomic<uint64_t>& shared(size_t index);

 private:
  struct Shared;
  Shared* const shared_;
};

}  // namespace blindlink
