#include "common/telemetry/progress.h"

#include <stdio.h>
#include <unistd.h>

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace blindlink {
namespace {

using std::chrono::steady_clock;

constexpr auto kTerminalInterval = std::chrono::milliseconds(200);
constexpr auto kLogInterval = std::chrono::seconds(30);

std::string Grouped(uint64_t number) {
  std::string digits = absl::StrCat(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(at, " ");
  return digits;
}

std::string Clock(double seconds) {
  const auto whole = std::llround(seconds);
  if (whole >= 3600) {
    return absl::StrFormat("%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return absl::StrFormat("%d:%02d", whole / 60, whole % 60);
}

}  // namespace

std::string ProgressLine(const std::string& activity, const std::string& unit, uint64_t done,
                         double share, double seconds) {
  std::string line = absl::StrCat(activity, "  ", Grouped(done), " ", unit);
  if (share >= 0) absl::StrAppendFormat(&line, "  %.0f %%", share * 100);
  if (seconds > 0.5) {
    absl::StrAppend(&line, " | ",
                    Grouped(static_cast<uint64_t>(static_cast<double>(done) / seconds)), " ", unit,
                    "/s");
    if (share > 0.001 && share < 1) {
      absl::StrAppend(&line, " | ", Clock(seconds * (1 - share) / share), " left");
    }
  }
  return line;
}

Progress::Progress(std::string activity, std::string unit, uint64_t total, bool shown)
    : activity_(std::move(activity)),
      unit_(std::move(unit)),
      total_(total),
      shown_(shown),
      terminal_(isatty(STDERR_FILENO) == 1),
      start_(steady_clock::now()),
      last_print_(start_) {}

Progress::~Progress() { Finish(); }

void Progress::SetTotal(uint64_t total) {
  const std::lock_guard lock(mutex_);
  total_ = total;
}

void Progress::Set(uint64_t done, double share) {
  const std::lock_guard lock(mutex_);
  done_ = done;
  share_ = share;
  if (share < 0 && total_ > 0) share_ = static_cast<double>(done) / static_cast<double>(total_);
  const auto interval = terminal_ ? steady_clock::duration(kTerminalInterval) : kLogInterval;
  if (!finished_ && steady_clock::now() - last_print_ >= interval) Print(false);
}

void Progress::Finish() {
  const std::lock_guard lock(mutex_);
  if (finished_) return;
  finished_ = true;
  Print(true);
}

void Progress::Print(bool last) {
  if (!shown_) return;
  last_print_ = steady_clock::now();
  const double seconds = std::chrono::duration<double>(last_print_ - start_).count();
  std::string line = ProgressLine(activity_, unit_, done_, share_, seconds);
  if (last) absl::StrAppend(&line, " | took ", Clock(seconds));
  fprintf(stderr, terminal_ ? "\r\033[K%s%s" : "%s%s", line.c_str(),
          terminal_ && !last ? "" : "\n");
}

}  // namespace blindlink
