#include "researcher/timeline/person_rows.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/hex.h"
#include "common/csv/csv_writer.h"
#include "researcher/timeline/tables.h"

namespace blindlink::researcher {
namespace {

// What the persons file says of the events.
struct EventFacts {
  uint64_t visits = 0;
  uint64_t copies = 0;
  uint64_t events = 0;      // without those of copies
  absl::string_view first;  // of care
  absl::string_view last;
  absl::string_view enrolled_from;
  absl::string_view enrolled_to;
  absl::string_view death;
};

EventFacts FactsOf(const PersonEvents& person) {
  EventFacts facts;
  for (const Event& event : person.events()) {
    const bool is_copy = event.copy_of != kNoEvent;
    facts.events += is_copy ? 0 : 1;
    if (event.kind == EventKind::kVisit) ++(is_copy ? facts.copies : facts.visits);
    if (event.kind == EventKind::kEnrolment) {
      if (facts.enrolled_from.empty()) facts.enrolled_from = event.date_text;
      if (event.end > facts.enrolled_to) facts.enrolled_to = event.end;
    } else if (event.kind == EventKind::kDeath) {
      if (facts.death.empty()) facts.death = event.date_text;
    } else if (event.date.has_value()) {
      if (facts.first.empty()) facts.first = event.date_text;
      facts.last = event.date_text;
    }
  }
  return facts;
}

// A field that may have been quoted where it was read.
std::string JoinValues(const std::vector<absl::string_view>& values) {
  return absl::StrJoin(values, ";", [](std::string* out, absl::string_view value) {
    absl::StrAppend(out, Unquoted(value));
  });
}

std::string SitesOf(const PersonEvents& person, const std::vector<std::string>& sites) {
  std::vector<absl::string_view> names;
  for (const RecordRows& record : person.records()) {
    if (names.empty() || names.back() != sites[record.site]) names.push_back(sites[record.site]);
  }
  return absl::StrJoin(names, ";");
}

}  // namespace

std::string PersonsHeader(const std::vector<std::string>& quasi_identifiers) {
  std::vector<absl::string_view> columns = {"entity",        "sites",       "records", "visits",
                                            "copies",        "events",      "first",   "last",
                                            "enrolled_from", "enrolled_to", "death"};
  columns.insert(columns.end(), quasi_identifiers.begin(), quasi_identifiers.end());
  std::string header;
  AppendCsvRow(columns, &header);
  return header;
}

void AppendPersonRow(const PersonEvents& person,
                     const std::vector<std::vector<absl::string_view>>& values,
                     const std::vector<std::string>& sites, std::string* out) {
  const EventFacts facts = FactsOf(person);
  std::vector<std::string> texts = {HexEncode(person.records()[0].entity.AsView()),
                                    SitesOf(person, sites),
                                    absl::StrCat(person.records().size()),
                                    absl::StrCat(facts.visits),
                                    absl::StrCat(facts.copies),
                                    absl::StrCat(facts.events),
                                    std::string(facts.first),
                                    std::string(facts.last),
                                    std::string(facts.enrolled_from),
                                    std::string(facts.enrolled_to),
                                    std::string(facts.death)};
  for (const auto& of_name : values) texts.push_back(JoinValues(of_name));
  AppendCsvRow(std::vector<absl::string_view>(texts.begin(), texts.end()), out);
}

}  // namespace blindlink::researcher
