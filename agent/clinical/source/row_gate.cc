#include "agent/clinical/source/row_gate.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "agent/clinical/source/code_system.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

const absl::CivilDay kEpoch(1970, 1, 1);

// What an id that stands for nobody begins with. No file's id does, since blanks are taken off.
constexpr char kUnknown = '\v';

void NameSystem(ClinicalRow* row) {
  if (row->code.empty()) {
    row->code_system.clear();
  } else if (row->code_system.empty()) {
    row->code_system = CodeSystemByForm(row->code, row->table, *row->start);
  }
}

size_t CounterOf(ClinicalTable table) {
  return static_cast<size_t>(table) - static_cast<size_t>(ClinicalTable::kDiagnoses);
}

}  // namespace

std::string ResolveId(const IdMap& ids, absl::string_view key) {
  if (key.empty() || ids.empty()) return std::string(key);
  const absl::string_view id = ids.IdOf(key);
  return id.empty() ? absl::StrCat(std::string(1, kUnknown), key) : std::string(id);
}

bool DropDeathBeforeBirth(ClinicalRow* person) {
  if (!person->death.has_value()) return true;
  const bool before_day = person->birth.has_value() && *person->death < *person->birth;
  const bool before_year =
      person->birth_year.has_value() && person->death->year() < *person->birth_year;
  if (!before_day && !before_year) return true;
  person->death.reset();
  return false;
}

absl::StatusOr<Refusal> RowGate::Admit(ClinicalRow* row) {
  const Refusal refusal = Check(row);
  if (refusal.reason == nullptr) BL_RETURN_IF_ERROR(sink_(*row));
  return refusal;
}

Refusal RowGate::Check(ClinicalRow* row) {
  switch (row->table) {
    case ClinicalTable::kPersons:
      return CheckPerson(*row);
    case ClinicalTable::kVisits:
      return CheckVisit(*row);
    case ClinicalTable::kEnrolment: {
      const Refusal period = CheckPeriod(*row);
      return period.reason != nullptr ? period : CheckKnown(row->person);
    }
    default:
      return CheckEvent(row);
  }
}

Refusal RowGate::CheckPerson(const ClinicalRow& row) {
  if (row.person.empty()) return {"no-person-id", ClinicalRole::kPerson};
  if (!persons_.Add(row.person).second) return {"duplicate-person", ClinicalRole::kPerson};
  has_persons_ = true;
  return {};
}

Refusal RowGate::CheckKnown(absl::string_view person) {
  if (person.empty()) return {"no-person-id", ClinicalRole::kPerson};
  if (person[0] == kUnknown || (has_persons_ && persons_.Find(person) == TextTable::kNone)) {
    return {"unknown-person", ClinicalRole::kPerson};
  }
  return {};
}

Refusal RowGate::CheckPeriod(const ClinicalRow& row) const {
  if (!row.start.has_value()) return {"no-date", ClinicalRole::kStart};
  if (row.end.has_value() && *row.end < *row.start) return {"end-before-start", ClinicalRole::kEnd};
  return {};
}

Refusal RowGate::CheckVisit(const ClinicalRow& row) {
  if (row.visit.empty()) return {"no-visit-id", ClinicalRole::kVisit};
  if (const Refusal known = CheckKnown(row.person); known.reason != nullptr) return known;
  if (const Refusal period = CheckPeriod(row); period.reason != nullptr) return period;
  if (!visits_.Add(row.visit).second) return {"duplicate-visit", ClinicalRole::kVisit};
  Visit visit;
  visit.person = persons_.Add(row.person).first;
  visit.start = static_cast<int32_t>(*row.start - kEpoch);
  visit_.push_back(visit);
  return {};
}

Refusal RowGate::CheckEvent(ClinicalRow* row) {
  if (row->code.empty() && row->name.empty()) return {"no-code-or-name", ClinicalRole::kCode};
  if (row->visit.empty()) {
    if (row->table == ClinicalTable::kDrugs) return CheckDrugWithoutVisit(row);
    return {"no-visit-id", ClinicalRole::kVisit};
  }
  const uint32_t number = visits_.Find(row->visit);
  if (number == TextTable::kNone) return {"unknown-visit", ClinicalRole::kVisit};
  Visit& visit = visit_[number];
  const absl::string_view person = persons_.Text(visit.person);
  if (!row->person.empty() && row->person != person) {
    return {"another-person", ClinicalRole::kPerson};
  }
  row->person = std::string(person);
  if (!row->start.has_value()) row->start = kEpoch + visit.start;
  uint16_t& rows = visit.rows[CounterOf(row->table)];
  if (rows < std::numeric_limits<uint16_t>::max()) ++rows;
  if (row->seq == 0) row->seq = rows;
  NameSystem(row);
  return {};
}

Refusal RowGate::CheckDrugWithoutVisit(ClinicalRow* row) {
  if (!row->start.has_value()) return {"no-date", ClinicalRole::kDate};
  NameSystem(row);
  return CheckKnown(row->person);
}

}  // namespace blindlink::agent
