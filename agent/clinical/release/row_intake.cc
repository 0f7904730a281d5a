#include "agent/clinical/release/row_intake.h"

#include <string>

#include "absl/time/civil_time.h"
#include "agent/clinical/release/release_row.h"
#include "common/base/compact_encoding.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {

RowIntake::RowIntake(const ReleaseParts& parts, const std::filesystem::path& scratch)
    : parts_(parts), diagnoses_(parts.terms), grouper_(scratch) {
  if (parts.codes != nullptr) check_.emplace(*parts.codes);
}

absl::Status RowIntake::Take(const ClinicalRow& row) {
  ++rows_;
  if (check_.has_value() && HasCode(row.table) && !row.code.empty()) {
    check_->Add(row.code_system, row.code, absl::FormatCivilTime(*row.start));
  }
  const RecordPseudonym record = parts_.pseudonym_of(row.person);
  if (row.table != ClinicalTable::kDiagnoses) return grouper_.Add(record, row);
  ClinicalRow standard = row;
  return diagnoses_.Apply(&standard) ? grouper_.Add(record, standard) : absl::OkStatus();
}

absl::Status RowIntake::Finish(StageWriter* out, ReleaseAccount* account,
                               const OnPersons& progress) {
  account->counts.names = diagnoses_.counts();
  if (check_.has_value()) {
    account->counts.bad_codes = check_->problems();
    account->code_check = check_->ToText();
  }
  uint64_t persons = 0;
  uint64_t rows = 0;
  std::string entry;
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::optional<PersonRows> person, grouper_.Next());
    if (!person.has_value()) break;
    entry = std::string(person->pseudonym.AsView());
    for (const absl::string_view row : person->rows) AppendCompact(row, &entry);
    BL_RETURN_IF_ERROR(out->Add(entry));
    rows += person->rows.size();
    BL_RETURN_IF_ERROR(progress(++persons, static_cast<double>(rows) / static_cast<double>(rows_)));
  }
  return out->Finish(EncodeAccount(*account));
}

}  // namespace blindlink::agent
