#include "agent/clinical/terms/site_sources.h"

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/terms/table_reader.h"
#include "agent/clinical/terms/term_markers.h"
#include "agent/clinical/terms/term_words.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

absl::Status NotACode(const TableReader& table, absl::string_view column) {
  return table.RowError(absl::StrCat("column '", column, "' does not hold an ICD-10 code"));
}

struct MasterColumns {
  int name = -1, reading = -1, code = -1, surface = -1;
};

void AddMasterRow(const MasterColumns& columns, const std::vector<std::string>& row,
                  TermDraft* draft) {
  const auto field = [&row](int column) {
    return column >= 0 && static_cast<size_t>(column) < row.size()
               ? std::string(absl::StripAsciiWhitespace(row[static_cast<size_t>(column)]))
               : std::string();
  };
  const std::string name = field(columns.name), code = CodeWithoutDot(field(columns.code));
  if (name.empty() || code.empty()) return;
  TermDraft::Code& entry = draft->codes[code];
  if (entry.title.empty()) entry.title = name;
  draft->forms.push_back({name, code, name, TermSource::kMaster, {}, field(columns.reading)});
  const std::string surface = field(columns.surface);
  if (!surface.empty() && surface != name) {
    draft->forms.push_back({surface, code, name, TermSource::kMaster});
  }
}

}  // namespace

absl::Status ReadSynonyms(const std::string& path, TermDraft* draft) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table, TableReader::Open(path));
  BL_ASSIGN_OR_RETURN(const int surface,
                      table->NeededColumn({"surface", "synonym", "name", "term"}));
  BL_ASSIGN_OR_RETURN(const int code_column, table->NeededColumn({"icd10cm", "code", "icd10"}));
  const int standard = table->ColumnOf({"standard", "standard_name"});
  for (;;) {
    BL_ASSIGN_OR_RETURN(const bool more, table->Next());
    if (!more) return absl::OkStatus();
    if (table->Field(surface).empty() && table->Field(code_column).empty()) continue;
    const std::string code = CodeWithoutDot(table->Field(code_column));
    if (code.empty()) return NotACode(*table, table->header()[static_cast<size_t>(code_column)]);
    draft->forms.push_back({std::string(table->Field(surface)), code,
                            std::string(table->Field(standard)), TermSource::kSite});
  }
}

absl::Status ReadAbbreviations(const std::string& path, TermDraft* draft) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table, TableReader::Open(path));
  BL_ASSIGN_OR_RETURN(const int short_column, table->NeededColumn({"abbreviation", "short"}));
  BL_ASSIGN_OR_RETURN(const int meaning, table->NeededColumn({"meaning", "long", "expansion"}));
  const int known = table->ColumnOf({"meanings_known", "meanings"});
  for (;;) {
    BL_ASSIGN_OR_RETURN(const bool more, table->Next());
    if (!more) return absl::OkStatus();
    const std::string folded = FoldTerm(table->Field(short_column));
    if (folded.empty()) continue;
    TermDraft::Abbreviation& entry = draft->abbreviations[folded];
    entry.short_form = std::string(table->Field(short_column));
    const std::string text = FoldTerm(table->Field(meaning));
    if (!text.empty() &&
        std::find(entry.meanings.begin(), entry.meanings.end(), text) == entry.meanings.end()) {
      entry.meanings.push_back(text);
    }
    uint32_t count = 0;
    if (absl::SimpleAtoi(table->Field(known), &count) && count > 1) entry.ambiguous = true;
  }
}

absl::Status ReadMaster(const std::string& path, TermDraft* draft) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table, TableReader::Open(path));
  MasterColumns columns;
  columns.name = table->ColumnOf({"standard", "standard_name", "病名表記", "病名", "name"});
  columns.code = table->ColumnOf({"icd10", "ICD10-2013", "ICD10", "ICD10コード", "code"});
  columns.reading = table->ColumnOf({"reading", "kana", "病名表記カナ", "カナ"});
  columns.surface = table->ColumnOf({"surface", "索引用語", "synonym"});
  if (columns.name < 0 && columns.code < 0 && table->header().size() >= 7) {
    columns = {.name = 2, .reading = 3, .code = 6, .surface = -1};
    AddMasterRow(columns, table->header(), draft);
  }
  if (columns.name < 0 || columns.code < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " needs the columns 'name' (病名表記) and 'icd10' (ICD10)"));
  }
  for (;;) {
    BL_ASSIGN_OR_RETURN(const bool more, table->Next());
    if (!more) return absl::OkStatus();
    AddMasterRow(columns, table->fields(), draft);
  }
}

absl::Status ReadDecisions(const std::string& path, TermDraft* draft) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table, TableReader::Open(path));
  BL_ASSIGN_OR_RETURN(const int name, table->NeededColumn({"name", "surface"}));
  BL_ASSIGN_OR_RETURN(const int decision, table->NeededColumn({"decision"}));
  const int standard = table->ColumnOf({"standard_name", "standard"});
  for (;;) {
    BL_ASSIGN_OR_RETURN(const bool more, table->Next());
    if (!more) return absl::OkStatus();
    const absl::string_view decided = table->Field(decision);
    if (decided.empty()) continue;
    const bool none = absl::EqualsIgnoreCase(decided, "none") || decided == "-";
    const std::string code = none ? "" : CodeWithoutDot(decided);
    if (!none && code.empty()) {
      return table->RowError("column 'decision' holds neither an ICD-10 code nor \"none\"");
    }
    draft->forms.push_back({std::string(table->Field(name)), code,
                            std::string(table->Field(standard)), TermSource::kDecision});
  }
}

}  // namespace blindlink::agent
