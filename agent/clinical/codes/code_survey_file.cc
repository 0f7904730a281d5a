#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/codes/code_survey.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"
#include "common/csv/csv_writer.h"

namespace blindlink::agent {
namespace {

enum Column : size_t {
  kKind,
  kSystem,
  kLevel,
  kCode,
  kOther,
  kPersons,
  kRest,
  kRows,
  kBook,
  kRules
};
constexpr std::array<absl::string_view, 10> kColumns = {"kind",      "code_system", "level", "code",
                                                        "other",     "persons",     "rest",  "rows",
                                                        "code_book", "rules"};

void AppendSystem(const std::string& name, const SystemSurvey& system, const CodeSurvey& survey,
                  std::string* text) {
  AppendCsvRow({"all", name, "", "", "", absl::StrCat(system.persons), "",
                absl::StrCat(system.rows), survey.book_digest, survey.rules_digest},
               text);
  std::vector<absl::string_view> names;
  for (const auto& [code, node] : system.nodes) {
    names.push_back(code);
    AppendCsvRow({"code", name, node.level, code, "", absl::StrCat(node.persons),
                  absl::StrCat(node.rest), absl::StrCat(node.rows), "", ""},
                 text);
  }
  std::vector<std::pair<uint64_t, uint32_t>> pairs(system.pairs.begin(), system.pairs.end());
  std::sort(pairs.begin(), pairs.end());
  for (const auto& [key, persons] : pairs) {
    AppendCsvRow({"pair", name, "", names[key >> 32], names[key & 0xFFFFFFFF],
                  absl::StrCat(persons), "", "", "", ""},
                 text);
  }
}

absl::Status RowError(const std::string& path, uint64_t row, absl::string_view column,
                      absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, ", row ", row, ", column '", column, "': ", what));
}

// Adds a row; the name of the column that is wrong, or empty.
absl::string_view AddRow(const std::vector<std::string>& fields, SystemSurvey* system) {
  uint64_t persons = 0;
  if (!absl::SimpleAtoi(fields[kPersons], &persons)) return "persons";
  if (fields[kKind] == "pair") {
    if (system->pairs.empty()) system->NumberNodes();
    const auto code = system->nodes.find(fields[kCode]);
    const auto other = system->nodes.find(fields[kOther]);
    if (code == system->nodes.end()) return "code";
    if (other == system->nodes.end()) return "other";
    system->pairs[SystemSurvey::PairKey(code->second.number, other->second.number)] =
        static_cast<uint32_t>(persons);
    return "";
  }
  uint64_t rows = 0;
  if (!absl::SimpleAtoi(fields[kRows], &rows)) return "rows";
  if (fields[kKind] == "all") {
    system->persons = persons;
    system->rows = rows;
    return "";
  }
  SystemSurvey::Node& node = system->nodes[fields[kCode]];
  if (!absl::SimpleAtoi(fields[kRest], &node.rest)) return "rest";
  node.level = fields[kLevel];
  node.persons = persons;
  node.rows = rows;
  return fields[kKind] == "code" ? "" : "kind";
}

// The digests stand in the rows that begin a system.
absl::Status ReadDigests(const std::vector<std::string>& fields, uint64_t row, CodeSurvey* survey) {
  const std::array<std::pair<Column, std::string*>, 2> digests = {
      {{kBook, &survey->book_digest}, {kRules, &survey->rules_digest}}};
  for (const auto& [column, digest] : digests) {
    if (fields[column].empty()) continue;
    if (digest->empty()) *digest = fields[column];
    if (*digest != fields[column]) {
      return RowError(survey->file, row, kColumns[column], "differs from the rows above");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string CodeSurvey::ToText() const {
  std::string text;
  AppendCsvRow(kColumns, &text);
  for (const auto& [name, system] : systems) AppendSystem(name, system, *this, &text);
  return text;
}

absl::StatusOr<CodeSurvey> CodeSurvey::Open(const std::string& path) {
  CodeSurvey survey;
  survey.file = path;
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<CsvReader> reader, CsvReader::Open(path));
  if (!std::equal(kColumns.begin(), kColumns.end(), reader->header().begin(),
                  reader->header().end())) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is not a survey: its header is not that of codes survey, or of an ",
                     "earlier release; make it again"));
  }
  for (uint64_t row = 1;; ++row) {
    BL_ASSIGN_OR_RETURN(const bool any, reader->Next());
    if (!any) break;
    const std::vector<std::string>& fields = reader->fields();
    const absl::string_view wrong = AddRow(fields, &survey.systems[fields[kSystem]]);
    if (!wrong.empty()) {
      return RowError(path, row, wrong, "is not what codes survey writes; use the file unchanged");
    }
    BL_RETURN_IF_ERROR(ReadDigests(fields, row, &survey));
  }
  for (auto& [name, system] : survey.systems) {
    if (system.pairs.empty()) system.NumberNodes();
  }
  return survey;
}

}  // namespace blindlink::agent
