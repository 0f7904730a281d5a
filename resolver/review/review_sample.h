#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/storage/v1/review_storage.pb.h"
#include "resolver/results/run_explanation.h"

namespace blindlink::resolver {

// A random sample of the pairs that a run kept, stratified by score and by whether they matched.
// Each stratum gets a few pairs, and the rest goes where the score leaves most unsure: in
// proportion to its pairs times the standard deviation of a link (Neyman 1934), whose probability
// the score gives. The pairs are in random order, for whoever reads them. `seed` makes the draw.
// INVALID_ARGUMENT: not 10 to 5000 pairs. FAILED_PRECONDITION: rules decided the run, or it kept no
// pairs.
absl::StatusOr<storage::v1::StoredSample> DrawSample(const RunExplanation& run, uint32_t pairs,
                                                     uint64_t seed);

// How many pairs each stratum gets: all in all `pairs`, or all pairs if there are fewer. By
// stratum: its pairs, and the standard deviation to be expected.
struct StratumSize {
  uint64_t pairs = 0;
  double deviation = 0;
};
std::vector<uint32_t> Allocate(const std::vector<StratumSize>& strata, uint32_t pairs);

}  // namespace blindlink::resolver
