#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/source/clinical_role.h"
#include "agent/clinical/source/clinical_row.h"
#include "agent/clinical/source/text_table.h"

namespace blindlink::agent {

using ClinicalSink = std::function<absl::Status(const ClinicalRow&)>;

// Why a row is not used; `reason` is null if it is.
struct Refusal {
  const char* reason = nullptr;
  ClinicalRole role = ClinicalRole::kPerson;  // whose column is to blame
};

// The id that `key` stands for: the key itself if `ids` has none at all, and, if only this one is
// missing, a text that RowGate refuses as unknown.
std::string ResolveId(const IdMap& ids, absl::string_view key);

// Takes away a death before the birth, or before the year of birth. False if it did.
bool DropDeathBeforeBirth(ClinicalRow* person);

// The rules that hold between rows, the same for all shapes. Rows must come in the order of
// ClinicalTable, or at least a person before the visits and a visit before what belongs to it.
//
// Refuses, in these words: no-person-id, unknown-person (there are persons, but not this one),
// duplicate-person, no-visit-id, unknown-visit, duplicate-visit, another-person (than the visit's),
// no-date, end-before-start, no-code-or-name. Fills in what follows from the visit: the person, the
// day, the position and, by its form, the system of a code, where there is none. Remembers each
// person and visit, 60 to 100 bytes a visit. Not thread-safe.
class RowGate {
 public:
  explicit RowGate(ClinicalSink sink) : sink_(std::move(sink)) {}

  // Passes a row that is not refused to the sink, with `row` as the sink got it. Errors are those
  // of the sink.
  absl::StatusOr<Refusal> Admit(ClinicalRow* row);

  // Whether a person, or a visit, of this id was admitted.
  bool HasPerson(absl::string_view person) const {
    return persons_.Find(person) != TextTable::kNone;
  }
  bool HasVisit(absl::string_view visit) const { return visits_.Find(visit) != TextTable::kNone; }

 private:
  struct Visit {
    uint32_t person = 0;    // in persons_
    int32_t start = 0;      // days from 1970-01-01
    uint16_t rows[3] = {};  // diagnoses, procedures, drugs so far
  };

  Refusal Check(ClinicalRow* row);
  Refusal CheckPerson(const ClinicalRow& row);
  Refusal CheckVisit(const ClinicalRow& row);
  Refusal CheckEvent(ClinicalRow* row);
  Refusal CheckDrugWithoutVisit(ClinicalRow* row);
  Refusal CheckPeriod(const ClinicalRow& row) const;
  // Refuses people that the table of persons does not have.
  Refusal CheckKnown(absl::string_view person);

  const ClinicalSink sink_;
  TextTable persons_;
  bool has_persons_ = false;  // a row of the table of persons was admitted
  TextTable visits_;
  std::vector<Visit> visit_;  // by number in visits_
};

}  // namespace blindlink::agent
