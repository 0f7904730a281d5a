#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "agent/clinical/source/clinical_rejects.h"
#include "agent/clinical/source/column_plan.h"
#include "agent/clinical/source/layout.h"
#include "agent/clinical/source/row_gate.h"
#include "agent/clinical/source/text_table.h"
#include "agent/standardize/text/standard_value.h"

namespace blindlink::agent {

// What was understood of a file, and, once it was read, how much of it was used.
struct ClinicalFile {
  std::string path;
  std::string name;                  // for messages: the last part of the path
  const Layout* layout = nullptr;    // null: not recognized, and not read
  std::vector<std::string> headers;  // of a table; FHIR has none
  ColumnPlan plan = {};
  uint32_t number = 0;  // ClinicalRow.file
  uint64_t rows = 0;    // read so far
  uint64_t used = 0;    // rows that gave at least one ClinicalRow
};

// What the readers of one source share. Not thread-safe.
struct ReadingContext {
  // What tables beside that of persons know of them.
  struct PersonExtras {
    std::optional<absl::CivilDay> death;
    std::string zip;
    std::vector<std::pair<std::string, std::string>> further;
    std::string rank;  // of the address: the greatest counts
  };
  using Extras = absl::flat_hash_map<std::string, PersonExtras>;

  RowGate& gate;
  ClinicalRejects& rejects;
  DateOrder date_order = DateOrder::kMonthDayYear;
  // Called for every row read, with the share of its file (-1 if unknown). An error ends the run.
  std::function<absl::Status(double share)> row_read;
  IdMap persons = {};                // by OMOP's person_id or FHIR's Patient.id
  IdMap visits = {};                 // by OMOP's visit_occurrence_id
  bool visit_words_are_ids = false;  // OMOP's visit_source_value
  Extras by_person = {};             // by the person's id or, in OMOP, person_id
  Extras by_place = {};              // by OMOP's location_id
};

}  // namespace blindlink::agent
