#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Canaries: rows of invented people for a site's own file, which are sent like all others. Nobody
// else knows them, so where they appear, a file of the site has been. They are random: first and
// last name, birth date, sex, house number, street and record id are drawn, with some 80 bits in
// the names and the id alone. City, state and ZIP are those of a random row of the site's file.
// Other columns are empty, so that no number or address of a real person is hit, but for the e-mail
// address if a domain is given. Nothing here is thread-safe.

struct CanaryOptions {
  std::string like;  // the site's file, CSV with commas: its header, and rows to take places from
  std::string columns;  // column_mapping.h: "role=header,..."
  uint32_t count = 10;
  std::string email_domain;  // of mailboxes of the site's own; empty: no addresses
};

// The canaries as a CSV file with the header of `like`. INVALID_ARGUMENT if `like` is no such file
// or has no column of last names or whole names, by which canaries are found in clear text.
absl::StatusOr<std::string> MakeCanaryRows(const CanaryOptions& options, const Plan& plan);

}  // namespace blindlink::agent
