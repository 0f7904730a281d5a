#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/population/assignment.h"
#include "tests/population/error_kinds.h"
#include "tests/population/site_layout.h"

namespace blindlink::population {

struct Options {
  uint64_t seed = 1;
  FileSizes sizes;
  // Where to write, "-" for standard output; outputs without a path are not written.
  std::string registry_out, claims_out;
  std::string truth_out;   // site,record,person
  std::string groups_out;  // site,record,origin,family: what evaluate --subgroups reads
  std::string errors_out;  // site,record,error: one row per error
  std::string registry_name = "registry", claims_name = "claims";  // sites, in truth and errors
  ErrorRates registry_errors{1.0};
  ErrorRates claims_errors{1.0};
  Without without;
  bool progress = false;  // on standard error
  // size of an output's buffer in bytes, 0: the default; does not affect the output
  size_t buffer = 0;
};

struct Report {
  uint64_t records = 0;
  uint64_t shared_people = 0;
  ErrorCounts registry;
  ErrorCounts claims;
};

// Writes what the options ask for, in memory that does not grow with the sizes. The same options
// give the same bytes. INVALID_ARGUMENT for inconsistent sizes; otherwise the errors of writing.
absl::StatusOr<Report> Generate(const Options& options);

}  // namespace blindlink::population
