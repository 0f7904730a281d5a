#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/csv/output_file.h"
#include "researcher/results/sqlite_file.h"
#include "researcher/timeline/extract.h"
#include "researcher/timeline/part_maker.h"
#include "researcher/timeline/timeline.h"

namespace blindlink::researcher {

// The files of a timeline while they grow. None has its name before Finish. Not thread-safe.
class TimelineFiles {
 public:
  static absl::StatusOr<std::unique_ptr<TimelineFiles>> Create(const TimelineRequest& request,
                                                               const std::string& persons_header);

  // Whether Append needs the events as text.
  bool wants_text() const { return sqlite_ != nullptr; }
  absl::Status Append(const PartOutput& part);
  // Writes the summary and the manifest, and gives all files their names, the manifest last.
  absl::Status Finish(const std::vector<Extract>& extracts, const TimelineOutcome& outcome);

 private:
  explicit TimelineFiles(const TimelineRequest& request) : request_(request) {}

  const TimelineRequest& request_;
  std::unique_ptr<OutputFile> timeline_;
  std::unique_ptr<OutputFile> persons_;
  std::unique_ptr<SqliteFile> sqlite_;  // null: not asked for
};

}  // namespace blindlink::researcher
