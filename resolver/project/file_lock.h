#pragma once

#include <mutex>
#include <shared_mutex>

namespace blindlink::resolver {

// Many may open files while nobody replaces them. Whoever replaces them waits for those who are
// opening them, and goes before those who come later: otherwise a steady stream of readers would
// keep it waiting. Thread-safe.
class FileLock {
 public:
  using Reader = std::shared_lock<std::shared_mutex>;
  using Writer = std::unique_lock<std::shared_mutex>;

  Reader ToOpen() {
    const std::lock_guard turn(turn_);
    return Reader(files_);
  }
  Writer ToReplace() {
    const std::lock_guard turn(turn_);
    return Writer(files_);
  }

 private:
  std::mutex turn_;
  std::shared_mutex files_;
};

}  // namespace blindlink::resolver
