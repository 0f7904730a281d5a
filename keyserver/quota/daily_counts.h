#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace blindlink::keyserver {

// How many elements each site of each project has asked for on a day (UTC). Whoever can guess
// values only by asking here can guess no more of them than that. The counts survive a restart and
// a power cut: one file for each project and site, "<project>.<site>.count", replaced as a whole,
// with the day and the number. Thread-safe.
class DailyCounts {
 public:
  // `folder` must exist.
  explicit DailyCounts(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Counts `elements` more for the site, durably, and returns the day's count. RESOURCE_EXHAUSTED,
  // and nothing is counted, if that were more than `limit`; INTERNAL if the count cannot be read or
  // written: nothing may be given out then. A clock that was set back begins no new day.
  absl::StatusOr<uint64_t> Take(absl::string_view project, absl::string_view site,
                                uint64_t elements, uint64_t limit, absl::Time now);

  // The count of the day of `now`. INTERNAL if it cannot be read.
  absl::StatusOr<uint64_t> CountOf(absl::string_view project, absl::string_view site,
                                   absl::Time now);

  struct Count {
    std::string day;  // "2026-11-30"
    uint64_t elements = 0;
  };
  // The content of such a file; INVALID_ARGUMENT if it is none.
  static absl::StatusOr<Count> Parse(absl::string_view text);

 private:
  std::filesystem::path FileOf(absl::string_view project, absl::string_view site) const;
  // The count of the day of `now`, or of a later one. The lock must be held.
  absl::StatusOr<Count> Read(absl::string_view project, absl::string_view site, absl::Time now);

  const std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, Count> counts_;  // by file
};

}  // namespace blindlink::keyserver
