#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "researcher/timeline/person_events.h"

namespace blindlink::researcher {

// The first line of the persons file (docs/formats/timeline.md).
std::string PersonsHeader(const std::vector<std::string>& quasi_identifiers);

// Appends the person's row. `values`: of each quasi-identifier.
void AppendPersonRow(const PersonEvents& person,
                     const std::vector<std::vector<absl::string_view>>& values,
                     const std::vector<std::string>& sites, std::string* out);

}  // namespace blindlink::researcher
