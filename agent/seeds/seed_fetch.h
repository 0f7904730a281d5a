#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "blindlink/v1/result_service.grpc.pb.h"
#include "common/rpc/backoff.h"

namespace blindlink::agent {

struct SeedRequest {
  std::string project;
  std::string run;   // empty: the newest finished run
  std::string file;  // what ShiftSeeds reads; gets its name once it is whole
  BackoffOptions backoff = {};
};

struct FetchedSeeds {
  std::string run;
  uint64_t records = 0;
  // Records of an earlier file of this name whose seed is another now: their people were linked
  // otherwise then, and what was released of them cannot be joined with what comes.
  uint64_t moved = 0;
};

// Fetches the shift seeds of the calling site's records. Goes on by itself after an interruption of
// the network. Errors are the resolver's and those of PartialFile; DATA_LOSS if the resolver sends
// other than it promised. The file of the name stays as it was then.
absl::StatusOr<FetchedSeeds> FetchSeeds(v1::Result::StubInterface& stub,
                                        const SeedRequest& request);

}  // namespace blindlink::agent
