#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace blindlink {

// Shows the progress of long work on standard error. On a terminal this is one line, redrawn at
// most five times per second:
//   uploading  1 234 567 records  45 % | 98 765 records/s | 0:42 left
// Elsewhere (a log file, a pipe) it is a line every 30 seconds and one at the end. Thread-safe.
class Progress {
 public:
  // `total` counts units, 0 if unknown; `unit` is e.g. "records". Prints nothing unless `shown`.
  Progress(std::string activity, std::string unit, uint64_t total, bool shown = true);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void SetTotal(uint64_t total);
  // The work done so far and, if it is known from something else (such as the bytes read of a
  // file), the share of the whole, 0..1.
  void Set(uint64_t done, double share = -1);
  // Prints the last line. Later calls do nothing.
  void Finish();

 private:
  void Print(bool last);

  std::mutex mutex_;
  const std::string activity_;
  const std::string unit_;
  uint64_t total_;
  const bool shown_;
  const bool terminal_;
  const std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_print_;
  uint64_t done_ = 0;
  double share_ = -1;
  bool finished_ = false;
};

// The text of a progress line.
std::string ProgressLine(const std::string& activity, const std::string& unit, uint64_t done,
                         double share, double seconds);

}  // namespace blindlink
