#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/result_service.grpc.pb.h"

namespace blindlink::researcher {

// The resolver's Result service, one attempt per call. Statuses are those of result_service.proto,
// translated by common/rpc/status.h. Not thread-safe.
class ResultClient {
 public:
  explicit ResultClient(std::unique_ptr<v1::Result::StubInterface> stub) : stub_(std::move(stub)) {}

  // Finished runs, oldest first, or only that of a grant. Here and below an empty grant is none, or
  // the caller's only one.
  absl::StatusOr<std::vector<v1::ResultInfo>> ListResults(const std::string& project,
                                                          const std::string& grant);
  absl::StatusOr<v1::OverlapResponse> GetOverlap(const std::string& project, const std::string& run,
                                                 const std::string& grant);

  // Passes every chunk from `first_row` on to `take`. Stops at the first error of `take` and
  // returns it.
  using TakePairs = std::function<absl::Status(const v1::MatchPairChunk&)>;
  absl::Status GetMatchPairs(const std::string& project, const std::string& run,
                             const std::string& grant, uint64_t first_row, const TakePairs& take);
  using TakeMembers = std::function<absl::Status(const v1::EntityChunk&)>;
  absl::Status GetEntityMap(const std::string& project, const std::string& run,
                            const std::string& grant, uint64_t first_row, const TakeMembers& take);

 private:
  const std::unique_ptr<v1::Result::StubInterface> stub_;
};

}  // namespace blindlink::researcher
