#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "researcher/timeline/copies.h"
#include "researcher/timeline/joined_risk.h"
#include "researcher/timeline/person_events.h"

namespace blindlink::researcher {

// Persons and events of one code, name, year or kind.
struct PersonsAndEvents {
  uint64_t persons = 0;
  uint64_t events = 0;
  uint64_t last_person = 0;  // that was counted

  void Count(uint64_t person) {
    persons += last_person == person ? 0 : 1;
    last_person = person;
    ++events;
  }
  void Merge(const PersonsAndEvents& other) {
    persons += other.persons;
    events += other.events;
  }
};

struct SiteSummary {
  uint64_t persons = 0;
  uint64_t events = 0;
  uint64_t visits = 0;
  uint64_t copies = 0;  // visits that are copies of another one
};

// What a timeline has, counted person by person. Events of copies count as events of their site
// and kind, but not for years, codes and names. Each thread counts in its own, then Merge.
class TimelineSummary {
 public:
  explicit TimelineSummary(size_t sites) : sites(sites) {}

  void Add(const PersonEvents& person, const CopyCounts& of_person);
  // `other` must have counted other persons, with the same sites.
  void Merge(const TimelineSummary& other);

  uint64_t persons = 0;
  uint64_t with_care = 0;       // have a visit, diagnosis, procedure or drug
  uint64_t enrolled_only = 0;   // have enrolment, but no care
  uint64_t without_events = 0;  // have neither, except perhaps death
  uint64_t records = 0;
  uint64_t undated = 0;           // events without a date
  uint64_t end_before_start = 0;  // events
  uint64_t deaths_differ = 0;     // persons of whom the sites state different days of death
  CopyCounts copies;
  std::array<PersonsAndEvents, kEventKinds> kinds = {};
  std::vector<SiteSummary> sites;
  std::map<size_t, uint64_t> persons_by_sites;                          // number of sites, persons
  std::map<std::pair<uint32_t, uint32_t>, uint64_t> persons_at_both{};  // sites
  std::map<std::string, PersonsAndEvents> years = {};
  // By code system and code, as written, joined by a comma.
  absl::flat_hash_map<std::string, PersonsAndEvents> codes = {};
  // Names of definite diagnoses, as written.
  absl::flat_hash_map<std::string, PersonsAndEvents> names = {};

 private:
  void CountEvent(const Event& event);
  void CountSites(const PersonEvents& person);
  void CountDeaths(const PersonEvents& person);

  std::string key_;  // reused
};

// Everything that the summary page and the JSON file say.
struct TimelineOutcome {
  explicit TimelineOutcome(size_t sites) : summary(sites) {}

  TimelineSummary summary;
  std::string project;
  std::string run;
  std::string plan_name;
  uint64_t plan_version = 0;
  std::string plan_digest;
  std::vector<std::string> site_names;
  std::vector<std::string> sites_without_extract;
  uint64_t unlinked = 0;  // records that the entity map lacks
  uint64_t rows = 0;      // of the timeline
  std::vector<std::string> quasi_identifiers;
  JoinedRisk risk;
  std::vector<std::string> warnings;
};

}  // namespace blindlink::researcher
