#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "researcher/fetch/result_client.h"
#include "researcher/fetch/retry.h"

namespace blindlink::researcher {

// What to fetch, and where to write it.
struct FetchRequest {
  std::string project;
  std::string run;   // empty: the newest run that is finished when the fetch begins
  std::string file;  // common/results/result_file.h: .zst is compressed, "-" standard output
  Retry::Sleep sleep = SleepFor;
  bool show_progress = true;
};

struct FetchOutcome {
  std::string run;
  uint64_t rows = 0;
  uint64_t rows_of_earlier_attempt = 0;
};

// Each writes a result file and, unless it is standard output, FILE.manifest.json beside it.
//
// The run is chosen once, before the first row, so that a file never holds rows of two runs. While
// the resolver is UNAVAILABLE, the fetch is retried (Retry) from the next row; after a failure or a
// kill, the same call continues FILE.partial if it is of the same run.
//
// Errors: those of result_service.proto and ResultFile; NOT_FOUND: no such finished run;
// FAILED_PRECONDITION: the project has no finished run yet; DATA_LOSS: the resolver sent more or
// fewer rows than the run has.
absl::StatusOr<FetchOutcome> FetchMatchPairs(ResultClient& client, const FetchRequest& request);
absl::StatusOr<FetchOutcome> FetchEntityMap(ResultClient& client, const FetchRequest& request);
absl::StatusOr<FetchOutcome> FetchOverlap(ResultClient& client, const FetchRequest& request);

// The finished runs of a project, with retries.
absl::StatusOr<std::vector<v1::ResultInfo>> ListResults(ResultClient& client,
                                                        const std::string& project,
                                                        const Retry::Sleep& sleep = SleepFor);

}  // namespace blindlink::researcher
