#include "agent/clinical/source/rif_reader.h"

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/source/amount.h"
#include "agent/clinical/source/clinical_day.h"
#include "agent/clinical/source/code_system.h"
#include "agent/clinical/source/tabular_reader.h"
#include "agent/clinical/source/value_words.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

using R = ClinicalRole;

constexpr int kMostCodes = 25;

}  // namespace

RifReader::RifReader(ClinicalFile* file, ReadingContext* context)
    : file_(*file),
      context_(*context),
      rejects_(file->name, &context->rejects),
      prescriptions_(file->layout->name == "pde") {
  for (size_t i = 0; i < file_.headers.size(); ++i) {
    columns_.try_emplace(absl::AsciiStrToUpper(file_.headers[i]), static_cast<int>(i));
  }
  diagnoses_ = NumberedColumns("ICD_DGNS_CD", "ICD_DGNS_VRSN_CD", "");
  procedures_ = NumberedColumns("ICD_PRCDR_CD", "ICD_PRCDR_VRSN_CD", "PRCDR_DT");
  line_ndc_ = ColumnOf("LINE_NDC_CD");
}

int RifReader::ColumnOf(absl::string_view header) const {
  const auto found = columns_.find(header);
  return found == columns_.end() ? ColumnPlan::kNoColumn : found->second;
}

std::vector<RifReader::Numbered> RifReader::NumberedColumns(absl::string_view code,
                                                            absl::string_view version,
                                                            absl::string_view date) const {
  std::vector<Numbered> found;
  for (int i = 1; i <= kMostCodes; ++i) {
    const int column = ColumnOf(absl::StrCat(code, i));
    if (column == ColumnPlan::kNoColumn) continue;
    found.push_back({static_cast<size_t>(column), ColumnOf(absl::StrCat(version, i)),
                     ColumnOf(absl::StrCat(date, i))});
  }
  return found;
}

absl::string_view RifReader::Cell(int column) const {
  return column == ColumnPlan::kNoColumn ? absl::string_view()
                                         : cells_[static_cast<size_t>(column)];
}

absl::string_view RifReader::Cell(R role) const {
  return Cell(file_.plan.column_of[static_cast<size_t>(role)]);
}

absl::Status RifReader::ReadAll() {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<RowReader> reader,
                      TabularReader::OpenRows(file_.path, &rejects_));
  Row row;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    file_.rows = reader->rows_read();
    if (!more) return absl::OkStatus();
    BL_RETURN_IF_ERROR(Use(row));
    BL_RETURN_IF_ERROR(context_.row_read(reader->ShareRead()));
  }
}

absl::Status RifReader::Use(const Row& row) {
  number_ = row.number;
  cells_.assign(file_.headers.size(), {});
  for (const RowCell& cell : row.cells) {
    if (cell.column < cells_.size()) cells_[cell.column] = absl::StripAsciiWhitespace(cell.text);
  }
  if (!context_.gate.HasVisit(Cell(R::kVisit))) {
    BL_ASSIGN_OR_RETURN(const bool admitted, UseVisit());
    if (!admitted) return absl::OkStatus();
    BL_RETURN_IF_ERROR(UseCodes(diagnoses_, ClinicalTable::kDiagnoses));
    BL_RETURN_IF_ERROR(UseCodes(procedures_, ClinicalTable::kProcedures));
  }
  ++file_.used;
  return UseLine();
}

ClinicalRow RifReader::NewRow(ClinicalTable table) const {
  ClinicalRow row;
  row.table = table;
  row.person = std::string(Cell(R::kPerson));
  row.visit = std::string(Cell(R::kVisit));
  row.file = file_.number;
  row.number = number_;
  return row;
}

bool RifReader::ReadDayOf(int column, std::optional<absl::CivilDay>* day) {
  const WrittenDay written = ReadDay(Cell(column), context_.date_order);
  *day = written.day;
  if (written.why_not == nullptr) return true;
  Reject(column, "date", written.why_not);
  return false;
}

void RifReader::Reject(int column, absl::string_view otherwise, const char* reason,
                       bool whole_row) {
  rejects_.Add({number_,
                column == ColumnPlan::kNoColumn ? std::string(otherwise)
                                                : file_.headers[static_cast<size_t>(column)],
                reason},
               whole_row);
}

std::string RifReader::ReadAmount() {
  bool ok = true;
  std::string amount = AmountOf(Cell(R::kAmount), &ok);
  if (!ok) {
    Reject(file_.plan.column_of[static_cast<size_t>(R::kAmount)], "amount", "not-a-number",
           /*whole_row=*/false);
  }
  return amount;
}

absl::StatusOr<bool> RifReader::UseVisit() {
  ClinicalRow row = NewRow(ClinicalTable::kVisits);
  const auto column_of = [this](R role) { return file_.plan.column_of[static_cast<size_t>(role)]; };
  if (!ReadDayOf(column_of(R::kStart), &row.start) || !ReadDayOf(column_of(R::kEnd), &row.end)) {
    return false;
  }
  row.control_number = std::string(Cell(R::kControlNumber));
  row.setting = prescriptions_ ? "pharmacy" : SettingOfClaimType(Cell(R::kSetting));
  row.provider = std::string(Cell(R::kProvider));
  row.amount = ReadAmount();
  BL_ASSIGN_OR_RETURN(const Refusal refusal, context_.gate.Admit(&row));
  if (refusal.reason == nullptr) return true;
  Reject(column_of(refusal.role), NameOf(refusal.role), refusal.reason);
  return false;
}

absl::Status RifReader::UseCodes(const std::vector<Numbered>& columns, ClinicalTable table) {
  for (const Numbered& each : columns) {
    const absl::string_view code = cells_[each.code];
    if (code.empty()) continue;
    // "9", or "0" for the tenth revision.
    const absl::string_view version = Cell(each.version);
    const std::string system =
        version.empty() ? "" : CodeSystemOf(version == "0" ? "10" : version, table);
    BL_RETURN_IF_ERROR(UseEvent(table, code, system, each.date));
  }
  return absl::OkStatus();
}

absl::Status RifReader::UseLine() {
  if (const absl::string_view code = Cell(R::kCode); !code.empty()) {
    const int date = file_.plan.column_of[static_cast<size_t>(R::kDate)];
    BL_RETURN_IF_ERROR(prescriptions_ ? UseEvent(ClinicalTable::kDrugs, code, "NDC", date)
                                      : UseEvent(ClinicalTable::kProcedures, code, "", date));
  }
  const absl::string_view ndc = Cell(line_ndc_);
  if (ndc.empty()) return absl::OkStatus();
  return UseEvent(ClinicalTable::kDrugs, ndc, "NDC",
                  file_.plan.column_of[static_cast<size_t>(R::kDate)]);
}

absl::Status RifReader::UseEvent(ClinicalTable table, absl::string_view code,
                                 absl::string_view system, int date_column) {
  ClinicalRow row = NewRow(table);
  row.code = std::string(code);
  row.code_system = std::string(system);
  if (table == ClinicalTable::kDrugs && prescriptions_) row.amount = ReadAmount();
  if (!ReadDayOf(date_column, &row.start)) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const Refusal refusal, context_.gate.Admit(&row));
  if (refusal.reason != nullptr) {
    Reject(file_.plan.column_of[static_cast<size_t>(refusal.role)], NameOf(refusal.role),
           refusal.reason);
  }
  return absl::OkStatus();
}

}  // namespace blindlink::agent
