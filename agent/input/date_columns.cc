#include "agent/input/date_columns.h"

#include <filesystem>
#include <system_error>

#include "agent/input/open_rows.h"
#include "agent/input/reject_log.h"
#include "agent/input/row_reader.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {

bool CanBeReadAgain(const std::string& path) {
  std::error_code error;
  return path != "-" && (std::filesystem::is_regular_file(path, error) ||
                         std::filesystem::is_directory(path, error));
}

absl::StatusOr<std::vector<DateOrderEvidence>> ReadDateColumns(const InputOptions& options,
                                                               absl::Span<const size_t> columns) {
  RejectLog rejects;
  BL_ASSIGN_OR_RETURN(const OpenedRows rows, OpenRows(options, &rejects));
  std::vector<DateOrderEvidence> evidence(columns.size());
  Row row;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, rows.reader->Next(&row));
    if (!more) return evidence;
    for (const RowCell& cell : row.cells) {
      for (size_t i = 0; i < columns.size(); ++i) {
        if (cell.column == columns[i]) evidence[i].Add(cell.text);
      }
    }
  }
}

}  // namespace blindlink::agent
