#include "researcher/timeline/summary_lists.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "researcher/timeline/tables.h"

namespace blindlink::researcher {
namespace {

std::vector<NamedCount> WithShown(std::vector<NamedCount> list) {
  std::vector<uint64_t> counts;
  for (const NamedCount& entry : list) counts.push_back(entry.count);
  const std::vector<Shown> shown = WhichAreShown(counts, /*total_known=*/true);
  for (size_t i = 0; i < list.size(); ++i) list[i].shown = shown[i];
  return list;
}

}  // namespace

std::vector<std::pair<std::string, PersonsAndEvents>> MostFrequent(
    const absl::flat_hash_map<std::string, PersonsAndEvents>& counts, size_t most) {
  std::vector<std::pair<std::string, PersonsAndEvents>> list;
  for (const auto& entry : counts) {
    if (entry.second.persons >= kLeastShown) list.emplace_back(entry);
  }
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) {
    if (a.second.persons != b.second.persons) return a.second.persons > b.second.persons;
    return a.first < b.first;
  });
  if (list.size() > most) list.resize(most);
  return list;
}

std::vector<NamedCount> PersonGroups(const TimelineSummary& summary) {
  return WithShown({{"with care", summary.with_care, Shown::kYes},
                    {"enrolment only", summary.enrolled_only, Shown::kYes},
                    {"without events", summary.without_events, Shown::kYes}});
}

std::vector<NamedCount> PersonsBySites(const TimelineSummary& summary) {
  std::vector<NamedCount> list;
  for (const auto& [sites, persons] : summary.persons_by_sites) {
    list.push_back({absl::StrCat(sites, sites == 1 ? " site" : " sites"), persons, Shown::kYes});
  }
  return WithShown(std::move(list));
}

std::string CodeText(const std::string& key) {
  RawRow row;
  row.Split(key);
  return absl::StrCat(Unquoted(row[1]), " (", Unquoted(row[0]), ")");
}

}  // namespace blindlink::researcher
