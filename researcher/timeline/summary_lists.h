#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "researcher/timeline/small_cells.h"
#include "researcher/timeline/summary.h"

namespace blindlink::researcher {

// Lists of counts as the summary page and the JSON file show them.

// The keys that most persons have, the most frequent first, at most `most`, none with fewer than
// kLeastShown persons. Equal counts in the order of their keys.
std::vector<std::pair<std::string, PersonsAndEvents>> MostFrequent(
    const absl::flat_hash_map<std::string, PersonsAndEvents>& counts, size_t most);

struct NamedCount {
  std::string name;
  uint64_t count;
  Shown shown;
};

// What the persons have, in groups that make up all of them.
std::vector<NamedCount> PersonGroups(const TimelineSummary& summary);
// "1 site", "2 sites", ...
std::vector<NamedCount> PersonsBySites(const TimelineSummary& summary);

// "E11 (ICD-10-CM)" of a key of TimelineSummary::codes.
std::string CodeText(const std::string& key);

}  // namespace blindlink::researcher
