#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/clinical/terms/official_sources.h"
#include "agent/clinical/terms/table_reader.h"
#include "agent/clinical/terms/term_markers.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

void AddCode(absl::string_view code_text, absl::string_view title, int billable, TermDraft* draft) {
  const std::string code = CodeWithoutDot(code_text);
  if (code.empty()) return;
  TermDraft::Code& entry = draft->codes[code];
  entry.official = true;
  if (billable == 1) entry.listed_billable = true;
  if (billable == 0) entry.listed_header = true;
  if (entry.title.empty()) entry.title = std::string(absl::StripAsciiWhitespace(title));
}

// Fixed columns: order number, code from column 7, flag in column 15, long title from column 78.
bool IsOrderLine(absl::string_view line) {
  return line.size() > 77 && absl::ascii_isdigit(static_cast<unsigned char>(line[0])) &&
         line[5] == ' ' && (line[14] == '0' || line[14] == '1');
}

void AddLine(absl::string_view line, TermDraft* draft) {
  if (IsOrderLine(line)) {
    AddCode(line.substr(6, 8), line.substr(77), line[14] - '0', draft);
    return;
  }
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(line, absl::MaxSplits(absl::ByAnyChar(" \t"), 1));
  // Chapters ("1") and blocks ("A00-A09") are no codes.
  if (absl::StrContains(parts.first, '-')) return;
  AddCode(parts.first, parts.second, -1, draft);
}

absl::Status ReadCodeTable(const std::string& path, TermDraft* draft) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> table, TableReader::Open(path));
  BL_ASSIGN_OR_RETURN(const int code, table->NeededColumn({"code", "icd10cm", "icd10"}));
  BL_ASSIGN_OR_RETURN(const int title,
                      table->NeededColumn({"title", "description", "long_description", "name"}));
  const int billable = table->ColumnOf({"billable", "valid"});
  for (;;) {
    BL_ASSIGN_OR_RETURN(const bool more, table->Next());
    if (!more) return absl::OkStatus();
    const absl::string_view flag = table->Field(billable);
    if (CodeWithoutDot(table->Field(code)).empty()) {
      return table->RowError("the code column does not hold an ICD-10 code");
    }
    AddCode(table->Field(code), table->Field(title), flag == "1" ? 1 : flag == "0" ? 0 : -1, draft);
  }
}

}  // namespace

absl::Status ReadCodeList(const std::string& path, TermDraft* draft) {
  BL_ASSIGN_OR_RETURN(const std::vector<std::string> lines, ReadTextLines(path));
  draft->listed = true;
  const std::string first = lines.empty() ? "" : absl::AsciiStrToLower(lines[0]);
  const bool table = absl::StrContains(first, "code") &&
                     (absl::StrContains(first, ",") || absl::StrContains(first, "\t"));
  if (table) {
    BL_RETURN_IF_ERROR(ReadCodeTable(path, draft));
  } else {
    for (const std::string& line : lines) AddLine(line, draft);
  }
  if (draft->codes.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        " is no list of ICD-10 codes: give an order file, a code file or a table with the "
        "columns code and title"));
  }
  return absl::OkStatus();
}

}  // namespace blindlink::agent
