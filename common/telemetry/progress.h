#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace blindlink {

// Progress of long work on standard error. On a terminal one line, redrawn at most five times a
// second:
//   uploading  1 234 567 records  45 % | 98 765 records/s | 0:42 left
// Elsewhere (a log file, a pipe) a quiet line every 30 seconds and one at the end. Thread-safe.
class Progress {
 public:
  // `total` in units, 0 if unknown. `unit` e.g. "records". With `shown` false it prints nothing.
  Progress(std::string activity, std::string unit, uint64_t total, bool shown = true);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void SetTotal(uint64_t total);
  // The work done so far, and optionally the share (0..1) of the whole if that is known otherwise
  // (for instance by the bytes read of a file).
  void Set(uint64_t done, double share = -1);
  // The last line. Later calls do nothing.
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

// The text of a progress line; pure, for tests.
std::string ProgressLine(const std::string& activity, const std::string& unit, uint64_t done,
                         double share, double seconds);

}  // namespace blindlink
