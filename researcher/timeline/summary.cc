#include "researcher/timeline/summary.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace blindlink::researcher {
namespace {

bool IsCare(EventKind kind) { return kind != EventKind::kEnrolment && kind != EventKind::kDeath; }

void MergeMaps(const absl::flat_hash_map<std::string, PersonsAndEvents>& from,
               absl::flat_hash_map<std::string, PersonsAndEvents>* to) {
  for (const auto& [key, counts] : from) (*to)[key].Merge(counts);
}

bool EndsBeforeItStarts(const Event& event) {
  if (event.end.empty() || !event.date.has_value()) return false;
  const std::optional<EventDate> end = ParseEventDate(event.end);
  return end.has_value() && end->last < event.date->first;
}

}  // namespace

void TimelineSummary::Add(const PersonEvents& person, const CopyCounts& of_person) {
  ++persons;
  records += person.records().size();
  copies.by_receipt += of_person.by_receipt;
  copies.by_content += of_person.by_content;
  bool care = false;
  bool enrolled = false;
  for (const Event& event : person.events()) {
    care = care || IsCare(event.kind);
    enrolled = enrolled || event.kind == EventKind::kEnrolment;
    CountEvent(event);
  }
  ++(care ? with_care : enrolled ? enrolled_only : without_events);
  CountSites(person);
  CountDeaths(person);
}

void TimelineSummary::CountEvent(const Event& event) {
  kinds[static_cast<size_t>(event.kind)].Count(persons);
  SiteSummary& site = sites[event.site];
  ++site.events;
  const bool is_copy = event.copy_of != kNoEvent;
  if (event.kind == EventKind::kVisit) {
    ++site.visits;
    site.copies += is_copy ? 1 : 0;
  }
  undated += event.date.has_value() ? 0 : 1;
  end_before_start += EndsBeforeItStarts(event) ? 1 : 0;
  if (is_copy || !IsCare(event.kind)) return;
  if (event.date.has_value()) {
    key_.assign(event.date_text.data(), 4);
    years[key_].Count(persons);
  }
  if (!event.code.empty()) {
    key_.assign(event.code_system.data(), event.code_system.size());
    absl::StrAppend(&key_, ",", event.code);
    codes[key_].Count(persons);
  }
  if (!event.name.empty() && event.certainty == "definite") {
    key_.assign(event.name.data(), event.name.size());
    names[key_].Count(persons);
  }
}

void TimelineSummary::CountSites(const PersonEvents& person) {
  std::vector<uint32_t> at;
  for (const RecordRows& record : person.records()) {
    if (at.empty() || at.back() != record.site) at.push_back(record.site);
  }
  ++persons_by_sites[at.size()];
  for (size_t i = 0; i < at.size(); ++i) {
    ++sites[at[i]].persons;
    for (size_t j = i + 1; j < at.size(); ++j) ++persons_at_both[{at[i], at[j]}];
  }
}

void TimelineSummary::CountDeaths(const PersonEvents& person) {
  const Event* first = nullptr;
  for (auto event = person.events().rbegin(); event != person.events().rend(); ++event) {
    if (event->kind != EventKind::kDeath) continue;
    if (first == nullptr) {
      first = &*event;
    } else if (event->date_text != first->date_text) {
      ++deaths_differ;
      return;
    }
  }
}

void TimelineSummary::Merge(const TimelineSummary& other) {
  persons += other.persons;
  with_care += other.with_care;
  enrolled_only += other.enrolled_only;
  without_events += other.without_events;
  records += other.records;
  undated += other.undated;
  end_before_start += other.end_before_start;
  deaths_differ += other.deaths_differ;
  copies.by_receipt += other.copies.by_receipt;
  copies.by_content += other.copies.by_content;
  for (size_t i = 0; i < kEventKinds; ++i) kinds[i].Merge(other.kinds[i]);
  for (size_t i = 0; i < sites.size(); ++i) {
    sites[i].persons += other.sites[i].persons;
    sites[i].events += other.sites[i].events;
    sites[i].visits += other.sites[i].visits;
    sites[i].copies += other.sites[i].copies;
  }
  for (const auto& [number, count] : other.persons_by_sites) persons_by_sites[number] += count;
  for (const auto& [pair, count] : other.persons_at_both) persons_at_both[pair] += count;
  for (const auto& [year, counts] : other.years) years[year].Merge(counts);
  MergeMaps(other.codes, &codes);
  MergeMaps(other.names, &names);
}

}  // namespace blindlink::researcher
