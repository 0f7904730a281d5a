#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/rpc/backoff.h"
#include "researcher/fetch/result_client.h"

namespace blindlink::researcher {

// Waits while the resolver is UNAVAILABLE: four attempts before anything has come, ten in a row
// once something has.
inline BackoffOptions FetchBackoff() {
  return {.first = std::chrono::milliseconds(500),
          .longest = std::chrono::seconds(30),
          .max_waits = 9,
          .max_waits_before_progress = 3,
          .sleep = nullptr};
}

// What to fetch, and where to.
struct FetchRequest {
  std::string project;
  std::string run;         // empty: the newest finished run, as it stands when the fetch begins
  std::string grant = {};  // empty: none, or the caller's only one for the run
  std::string file;  // as researcher/results/result_file.h: .zst is compressed, "-" standard output
  BackoffOptions backoff = FetchBackoff();
  bool show_progress = true;
};

struct FetchOutcome {
  std::string run;
  uint64_t rows = 0;
  uint64_t rows_of_earlier_attempt = 0;
  std::string grant = {};  // empty: none was needed
  // The rules of the result, and those of the newest one fetched before; 0: not known.
  uint32_t rules_version = 0;
  uint32_t rules_version_before = 0;
  std::string note = {};  // of the resolver, for people; empty: none
};

// Each writes a result file and, unless it is standard output, FILE.manifest.json beside it.
//
// The run is chosen once, before the first row, so that a file never holds rows of two runs. While
// the resolver is UNAVAILABLE, the fetch is retried (FetchRequest.backoff) from the next row; after
// a failure or a kill, the same call continues FILE.partial if it is of the same run.
//
// Errors: those of result_service.proto and ResultFile; NOT_FOUND: no such finished run;
// FAILED_PRECONDITION: the project has no finished run yet; DATA_LOSS: the run's result is
// damaged, or the resolver sent more or fewer rows than the run has.
absl::StatusOr<FetchOutcome> FetchMatchPairs(ResultClient& client, const FetchRequest& request);
absl::StatusOr<FetchOutcome> FetchEntityMap(ResultClient& client, const FetchRequest& request);
absl::StatusOr<FetchOutcome> FetchOverlap(ResultClient& client, const FetchRequest& request);

// The finished runs of a project, or the run of a grant, with retries.
absl::StatusOr<std::vector<v1::ResultInfo>> ListResults(
    ResultClient& client, const std::string& project, const std::string& grant = {},
    const BackoffOptions& backoff = FetchBackoff());

}  // namespace blindlink::researcher
