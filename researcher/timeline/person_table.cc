#include "researcher/timeline/person_table.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"
#include "researcher/timeline/entity_records.h"

namespace blindlink::researcher {
namespace {

constexpr absl::string_view kShown[] = {"date",        "end",   "kind",      "site",    "code",
                                        "code_system", "name",  "certainty", "setting", "payer",
                                        "amount",      "visit", "copy_of"};

using Rows = std::vector<std::vector<std::string>>;

// Code points, as an approximation of columns on a terminal.
size_t WidthOf(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string Aligned(const Rows& rows) {
  std::vector<size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      absl::StrAppend(&line, row[i], std::string(widths[i] - WidthOf(row[i]) + 2, ' '));
    }
    absl::StrAppend(&text, absl::StripTrailingAsciiWhitespace(line), "\n");
  }
  return text;
}

// Columns in which no row has anything say nothing.
Rows WithoutEmptyColumns(const Rows& rows) {
  Rows kept(rows.size());
  for (size_t i = 0; i < rows.front().size(); ++i) {
    const bool any =
        std::any_of(rows.begin() + 1, rows.end(), [i](const auto& row) { return !row[i].empty(); });
    for (size_t row = 0; any && row < rows.size(); ++row) kept[row].push_back(rows[row][i]);
  }
  return kept;
}

// A value must not be able to move the cursor.
std::string Printable(std::string text) {
  for (char& c : text) c = absl::ascii_iscntrl(static_cast<unsigned char>(c)) ? '?' : c;
  return text;
}

}  // namespace

absl::StatusOr<std::string> PersonTable(const std::string& timeline_file,
                                        const std::string& entity) {
  uint8_t bytes[16];
  if (!ParseHex16(entity, bytes)) {
    return absl::InvalidArgumentError(
        "--person is an entity of the timeline, 32 hexadecimal digits");
  }
  const std::string wanted = absl::AsciiStrToLower(entity);
  BL_ASSIGN_OR_RETURN(auto reader, CsvReader::Open(timeline_file));
  BL_ASSIGN_OR_RETURN(const std::vector<size_t> key, reader->ColumnsOf({"entity"}));
  BL_ASSIGN_OR_RETURN(const std::vector<size_t> columns, reader->ColumnsOf(kShown));
  Rows rows = {{std::begin(kShown), std::end(kShown)}};
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next());
    if (!more || reader->fields()[key[0]] > wanted) break;
    if (reader->fields()[key[0]] != wanted) continue;
    std::vector<std::string>& row = rows.emplace_back();
    for (const size_t column : columns) row.push_back(Printable(reader->fields()[column]));
  }
  if (rows.size() > 1) return Aligned(WithoutEmptyColumns(rows));
  return absl::NotFoundError(absl::StrCat(timeline_file, " has no event of this entity"));
}

}  // namespace blindlink::researcher
