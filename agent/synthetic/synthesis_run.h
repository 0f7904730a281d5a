#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace blindlink::agent {

struct SynthesisOptions {
  std::string spec;
  std::string input;      // the table of persons, one row a person
  std::string claims;     // both or none of these, as the spec says
  std::string diagnoses;  //
  std::string out;        // folder; must not exist, or be empty
  std::string holdout;    // a table of other persons, for the report; may be empty
  std::string report;     // page to write (.html), with a .json beside it; may be empty
  std::optional<uint64_t> seed;
  // Told what begins, "reading" and so on; may be empty.
  std::function<void(const char* activity)> progress;
};

// For people. Exact counts of the site's data: not for others.
struct SynthesisSummary {
  uint64_t real_persons = 0, persons = 0;
  uint64_t real_visits = 0, visits = 0;
  uint64_t claims_left_out = 0, claims_repeated = 0, diagnoses_left_out = 0;
  // Malformed rows by reason; empty: none.
  std::string rejects, claims_rejects, diagnoses_rejects;
  double persons_noise = 0, visits_noise = 0;  // SynthesizedTable::noise
  double rho = 0, rho_spent = 0, epsilon = 0, delta = 0;
};

// Reads, synthesizes and writes `out`: persons.csv, with claims also claims.csv and diagnoses.csv,
// and last synthesis.json. INVALID_ARGUMENT for options that do not fit the spec or one another;
// otherwise the errors of reading and writing.
absl::StatusOr<SynthesisSummary> RunSynthesis(const SynthesisOptions& options);

}  // namespace blindlink::agent
