#include "agent/clinical/source/tabular_reader.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/source/clinical_day.h"
#include "agent/clinical/source/code_system.h"
#include "agent/input/column_roles.h"
#include "common/base/status_macros.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {
namespace {

using R = ClinicalRole;

}  // namespace

TabularReader::TabularReader(ClinicalFile* file, ReadingContext* context)
    : file_(*file),
      context_(*context),
      layout_(*file->layout),
      rejects_(file->name, &context->rejects) {
  const int code = file_.plan.column_of[static_cast<size_t>(R::kCode)];
  const std::optional<ClinicalTable> table = TableOf(layout_.part);
  if (code != ColumnPlan::kNoColumn && table.has_value()) {
    const std::string& header = file_.headers[static_cast<size_t>(code)];
    code_system_ = std::string(CodeSystemOfHeader(NormalizeHeader(header), *table));
  }
}

absl::StatusOr<std::unique_ptr<RowReader>> TabularReader::OpenRows(const std::string& path,
                                                                   RejectLog* rejects) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  absl::StatusOr<std::unique_ptr<RowReader>> reader =
      OpenRowReader(std::move(bytes), std::nullopt, rejects);
  if (reader.ok()) return reader;
  return absl::Status(reader.status().code(), absl::StrCat(path, ": ", reader.status().message()));
}

absl::Status TabularReader::ReadAll() {
  if (file_.plan.Has(R::kVisitWords)) {
    BL_ASSIGN_OR_RETURN(context_.visit_words_are_ids, VisitWordsAreIds());
  }
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<RowReader> reader, OpenRows(file_.path, &rejects_));
  Row row;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    file_.rows = reader->rows_read();
    if (!more) return absl::OkStatus();
    BL_RETURN_IF_ERROR(Use(row));
    BL_RETURN_IF_ERROR(context_.row_read(reader->ShareRead()));
  }
}

absl::StatusOr<bool> TabularReader::VisitWordsAreIds() const {
  RejectLog ignored;
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<RowReader> reader, OpenRows(file_.path, &ignored));
  const auto column =
      static_cast<size_t>(file_.plan.column_of[static_cast<size_t>(R::kVisitWords)]);
  TextTable seen;
  Row row;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) return true;
    const absl::string_view text = row.cells[column].text;
    if (text.empty() || !seen.Add(text).second) return false;
  }
}

void TabularReader::FillTexts(const Row& row) {
  cells_.assign(file_.headers.size(), {});
  for (const RowCell& cell : row.cells) {
    if (cell.column < cells_.size()) cells_[cell.column] = absl::StripAsciiWhitespace(cell.text);
  }
  for (size_t i = 0; i < kClinicalRoles; ++i) {
    const int column = file_.plan.column_of[i];
    if (column != ColumnPlan::kNoColumn) {
      texts_.Set(static_cast<R>(i), cells_[static_cast<size_t>(column)]);
    }
  }
}

absl::Status TabularReader::Use(const Row& row) {
  FillTexts(row);
  if (TableOf(layout_.part).has_value()) return UseRow(row.number);
  ++file_.used;
  KeepExtras(row.number);
  return absl::OkStatus();
}

absl::Status TabularReader::UseRow(uint64_t number) {
  std::vector<CellProblem> problems;
  ClinicalRow row = MakeTabularRow(layout_, texts_, context_.date_order, &problems);
  if (!Report(number, problems)) return absl::OkStatus();
  row.file = file_.number;
  row.number = number;
  if (row.code_system.empty()) row.code_system = code_system_;
  TakeIds(&row);
  if (row.table == ClinicalTable::kPersons) {
    row.further = FurtherValues();
    AddExtras(context_.by_place, texts_[R::kPlace], &row);
    AddExtras(context_.by_person,
              file_.plan.Has(R::kPersonKey) ? texts_[R::kPersonKey] : texts_[R::kPerson], &row);
  }
  const bool older = layout_.shape == ClinicalShape::kRif && context_.gate.HasPerson(row.person);
  if (older) return absl::OkStatus();  // an earlier year of the same beneficiary
  if (!DropDeathBeforeBirth(&row)) {
    Reject(number, R::kDeath, "death-before-birth", /*whole_row=*/false);
  }
  BL_ASSIGN_OR_RETURN(const Refusal refusal, context_.gate.Admit(&row));
  if (refusal.reason == nullptr) {
    ++file_.used;
    return UseAcross(row);
  }
  Reject(number, refusal.role, refusal.reason, /*whole_row=*/true);
  return absl::OkStatus();
}

absl::Status TabularReader::UseAcross(const ClinicalRow& visit) {
  for (const ColumnPlan::Across& each : file_.plan.across) {
    if (cells_[each.column].empty()) continue;
    ClinicalRow row;
    row.table = each.table;
    row.visit = visit.visit;
    row.code = std::string(cells_[each.column]);
    row.file = visit.file;
    row.number = visit.number;
    BL_RETURN_IF_ERROR(context_.gate.Admit(&row).status());
  }
  return absl::OkStatus();
}

bool TabularReader::Report(uint64_t number, const std::vector<CellProblem>& problems) {
  bool usable = true;
  for (const CellProblem& problem : problems) {
    // One reason is enough for a row.
    if (problem.whole_row && !usable) continue;
    usable &= !problem.whole_row;
    Reject(number, problem.role, problem.reason, problem.whole_row);
  }
  return usable;
}

void TabularReader::Reject(uint64_t number, R role, const char* reason, bool whole_row) {
  // The column that was meant, or the one that stands for it in this shape.
  static constexpr std::pair<R, R> kStandIns[] = {{R::kPerson, R::kPersonKey},
                                                  {R::kVisit, R::kVisitKey},
                                                  {R::kCode, R::kCodeOrName},
                                                  {R::kCode, R::kName}};
  int column = file_.plan.column_of[static_cast<size_t>(role)];
  for (const auto& [meant, stand_in] : kStandIns) {
    if (column == ColumnPlan::kNoColumn && meant == role) {
      column = file_.plan.column_of[static_cast<size_t>(stand_in)];
    }
  }
  rejects_.Add({number,
                column == ColumnPlan::kNoColumn ? std::string(NameOf(role))
                                                : file_.headers[static_cast<size_t>(column)],
                reason},
               whole_row);
}

void TabularReader::TakeIds(ClinicalRow* row) {
  if (const absl::string_view key = texts_[R::kPersonKey]; !key.empty()) {
    if (row->table == ClinicalTable::kPersons) {
      if (row->person.empty()) row->person = std::string(key);
      context_.persons.Add(key, row->person);
    } else {
      row->person = ResolveId(context_.persons, key);
    }
  }
  const absl::string_view key = texts_[R::kVisitKey];
  if (key.empty()) return;
  if (row->table != ClinicalTable::kVisits) {
    row->visit = ResolveId(context_.visits, key);
    return;
  }
  const absl::string_view words = texts_[R::kVisitWords];
  row->visit = std::string(context_.visit_words_are_ids ? words : key);
  context_.visits.Add(key, row->visit);
}

void TabularReader::AddExtras(const ReadingContext::Extras& all, absl::string_view key,
                              ClinicalRow* row) const {
  const auto found = all.find(key);
  if (found == all.end()) return;
  const ReadingContext::PersonExtras& extras = found->second;
  if (extras.death.has_value()) row->death = extras.death;
  if (row->zip.empty()) row->zip = extras.zip;
  row->further.insert(row->further.end(), extras.further.begin(), extras.further.end());
}

void TabularReader::KeepExtras(uint64_t number) {
  absl::string_view key = texts_[R::kPersonKey];
  if (key.empty()) key = texts_[R::kPerson];
  const bool places = layout_.part == ClinicalPart::kPlaces;
  auto& extras = places ? context_.by_place[texts_[R::kPlace]] : context_.by_person[key];
  if (layout_.part == ClinicalPart::kDeaths) {
    const WrittenDay death = ReadDay(texts_[R::kDeath], context_.date_order);
    extras.death = death.day;
    if (death.why_not != nullptr) Reject(number, R::kDeath, death.why_not, /*whole_row=*/false);
    return;
  }
  const std::string rank =
      absl::StrCat(texts_[R::kPreferred] == "Y" ? "1" : "0", texts_[R::kStart]);
  if (!extras.rank.empty() && rank <= extras.rank) return;
  extras.rank = rank;
  extras.zip = std::string(texts_[R::kZip]);
  extras.further = FurtherValues();
}

std::vector<std::pair<std::string, std::string>> TabularReader::FurtherValues() const {
  std::vector<std::pair<std::string, std::string>> values;
  for (const ColumnPlan::Further& each : file_.plan.further) {
    if (!cells_[each.column].empty()) {
      values.emplace_back(each.name, std::string(cells_[each.column]));
    }
  }
  return values;
}

}  // namespace blindlink::agent
