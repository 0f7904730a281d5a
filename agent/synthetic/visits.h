#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/synthetic/synthesis_spec.h"

namespace blindlink::agent {

// One visit, with its codes as indexes into the spec's code groups.
struct Visit {
  std::chrono::sys_days start, end;
  uint32_t setting = 0;  // code in a domain of settings
  uint32_t group = 0;    // of the first diagnosis; groups().size(): other, one more: none
  uint32_t second = 0;   // of the next diagnosis in another group; none if there is none
};

// A person's visits in order of time.
using History = std::vector<Visit>;

struct ReadHistories {
  std::vector<History> histories;  // beside the persons' keys
  uint64_t visits = 0;
  uint64_t left_out = 0;  // claims of unknown persons, without a readable date, or out of order
  uint64_t repeated = 0;  // claims left out because an earlier one has their claim_id
  uint64_t diagnoses_left_out = 0;  // without a code, or of none of the visits
  // Malformed rows by reason, for people; empty: none.
  std::string claims_rejects, diagnoses_rejects;
};

// Reads claims (claim_id, local_id, setting, start, end) and their diagnoses (claim_id, code) of
// the persons whose keys these are. INVALID_ARGUMENT for a column that is missing.
absl::StatusOr<ReadHistories> ReadVisits(const std::string& claims, const std::string& diagnoses,
                                         const SynthesisSpec& spec, const Domain& settings,
                                         const std::vector<std::string>& keys);

}  // namespace blindlink::agent
