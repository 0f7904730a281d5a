#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "researcher/timeline/summary.h"

namespace blindlink::researcher {

struct TimelineRequest {
  std::string entities_file;
  std::vector<std::string> extract_folders;
  std::string out_file;
  std::string persons_file;
  std::string sqlite_file;                // empty: none
  std::string page_file;                  // HTML; empty: none
  std::string json_file;                  // empty: none
  std::string scratch;                    // folder for temporary files; empty: that of out_file
  uint64_t memory = uint64_t{512} << 20;  // bytes
  size_t threads = 1;
  uint64_t k = 0;  // 0: the release plan's, or kDefaultK
  bool show_progress = false;
};

inline constexpr uint64_t kDefaultK = 11;

// Brings each person's events of all extracts into one order and writes the files
// (docs/formats/timeline.md). Everything is checked before a file is begun, and no file has its
// name before all of them are complete. The files do not depend on memory and threads.
//
// INVALID_ARGUMENT: a file is damaged or not in its format. FAILED_PRECONDITION: the files do not
// belong together. Other errors are those of common/base/files.h.
absl::StatusOr<TimelineOutcome> BuildTimeline(const TimelineRequest& request);

}  // namespace blindlink::researcher
