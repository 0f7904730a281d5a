#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "agent/input/open_rows.h"
#include "common/base/files.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::agent {

// A row as "column=text column=text", in the order of the columns' names.
struct ShownRow {
  uint64_t number = 0;
  std::map<std::string, std::string> cells;  // several values of a column are joined by |

  std::string Of(const std::string& column) const {
    const auto found = cells.find(column);
    return found == cells.end() ? "" : found->second;
  }
};

struct RowsRead {
  absl::Status status;
  std::vector<ShownRow> rows;
  std::vector<std::string> notes;
  RejectLog::Counts rejects;
  uint64_t rejected_rows = 0;
  uint64_t rows_read = 0;
  std::string summary;  // of the rejects, with their first rows
};

inline RowsRead ReadRows(const InputOptions& options) {
  RowsRead read;
  RejectLog rejects;
  auto opened = OpenRows(options, &rejects);
  read.status = opened.status();
  if (!opened.ok()) return read;
  read.notes = opened->notes;
  Row row;
  while (true) {
    const auto more = opened->reader->Next(&row);
    read.status = more.status();
    if (!more.ok() || !*more) break;
    ShownRow& shown = read.rows.emplace_back();
    shown.number = row.number;
    for (const RowCell& cell : row.cells) {
      if (cell.text.empty()) continue;
      std::string& text = shown.cells[opened->reader->columns()[cell.column]];
      absl::StrAppend(&text, text.empty() ? "" : "|", cell.text);
    }
  }
  read.rejects = rejects.counts();
  read.rejected_rows = rejects.rejected_rows();
  read.rows_read = opened->reader->rows_read();
  read.summary = rejects.SummaryWithRows();
  return read;
}

// The same of a file with this content. Periods are judged on 2024-06-30.
inline RowsRead ReadText(absl::string_view text, InputOptions options = {}) {
  const TemporaryFolder folder;
  options.path = (folder / "people").string();
  if (!options.today.has_value()) options.today = absl::CivilDay(2024, 6, 30);
  const absl::Status written = WriteFileAtomically(options.path, std::string(text));
  if (written.ok()) return ReadRows(options);
  RowsRead read;
  read.status = written;
  return read;
}

}  // namespace blindlink::agent
