#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/release_plan/release_plan.h"
#include "agent/risk/person_table.h"

namespace blindlink::agent {

// The persons' table after the search of groups, and what a privacy board reads of it.
struct PersonGroups {
  PersonTable recoded;
  uint64_t out_of_range = 0;  // numbers outside the plan's ranges, not released
  std::string report_html;
  std::string report_json;
  // FAILED_PRECONDITION, in words, if the targets of the release plan are not met.
  absl::Status verdict;
};

// Makes quasi-identifiers coarser until the plan's targets hold. Errors: those of reading the
// hierarchies; INVALID_ARGUMENT for a value that a hierarchy does not have.
absl::StatusOr<PersonGroups> GroupPersons(const PersonTable& persons, const ReleasePlan& plan);

// What is needed of groups to write them, as bytes for the same program, and back: the recoded
// table and how many numbers were out of range. Decode expects what Encode made.
std::string EncodeGroups(const PersonGroups& groups);
PersonGroups DecodeGroups(absl::string_view bytes);

// The paths of the hierarchies that the plan names.
std::vector<std::string> HierarchyFilesOf(const ReleasePlan& plan);

}  // namespace blindlink::agent
