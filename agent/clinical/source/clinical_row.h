#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace blindlink::agent {

// The tables of a site's clinical data, whatever shape it has on disk.
enum class ClinicalTable : uint8_t {
  kPersons,
  kVisits,  // claims, encounters, stays
  kDiagnoses,
  kProcedures,
  kDrugs,
  kEnrolment,  // periods of insurance
};
inline constexpr std::array<absl::string_view, 6> kClinicalTableNames = {
    "persons", "visits", "diagnoses", "procedures", "drugs", "enrolment"};

inline absl::string_view NameOf(ClinicalTable table) {
  return kClinicalTableNames[static_cast<size_t>(table)];
}

// One row of a table, the same whichever shape it was read from. Fields that the table does not
// have, and values that the site does not know, are empty. All texts are UTF-8 without NUL and
// without blanks at either end. They identify people: never into a message or a log.
struct ClinicalRow {
  ClinicalTable table = ClinicalTable::kPersons;
  std::string person;  // the site's own id of the person, as in the linkage; never empty
  std::string visit;   // the site's own id; of persons and enrolment empty, of drugs it may be
  uint32_t seq = 0;    // the position within the visit and table, from 1; 0 without a visit
  // Visits and enrolment: the first day. Diagnoses, procedures and drugs: the day; that of the
  // visit's start if the source has none. Always there, but in persons.
  std::optional<absl::CivilDay> start;
  std::optional<absl::CivilDay> end;  // visits and enrolment: the last day

  // Visits.
  std::string control_number;  // the payer's number of the claim
  std::string setting;         // inpatient, outpatient, emergency, pharmacy or another word
  std::string provider;
  std::string payer;   // of enrolment, too
  std::string amount;  // of drugs, too: a decimal number with two or more places, "875.90"

  // Diagnoses, procedures, drugs.
  std::string code;         // as written, with or without dot
  std::string code_system;  // code_system.h; empty: no code
  std::string name;         // of the disease, procedure or drug, in the site's words
  std::string certainty;    // of a diagnosis if a column says so: suspected, history, family

  // Persons.
  std::string sex;  // M, F or O
  std::string zip;
  std::optional<absl::CivilDay> birth;
  std::optional<int> birth_year;  // also if the day is not known
  std::optional<absl::CivilDay> death;
  std::vector<std::pair<std::string, std::string>> further;  // name, value

  // Where it is from, for messages: an index into ClinicalSource::files(), and the data row from 1.
  uint32_t file = 0;
  uint64_t number = 0;
};

}  // namespace blindlink::agent
