#include "agent/input/date_columns.h"

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "agent/input/reject_log.h"
#include "agent/input/row_reader.h"
#include "common/base/status_macros.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {

bool CanBeReadAgain(const std::string& path) {
  std::error_code error;
  return path != "-" && std::filesystem::is_regular_file(path, error);
}

absl::StatusOr<std::vector<DateOrderEvidence>> ReadDateColumns(const std::string& path,
                                                               std::optional<char> delimiter,
                                                               absl::Span<const size_t> columns) {
  RejectLog rejects;
  BL_ASSIGN_OR_RETURN(std::unique_ptr<ByteSource> bytes, OpenByteSource(path));
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<RowReader> reader,
                      OpenRowReader(std::move(bytes), delimiter, &rejects));
  std::vector<DateOrderEvidence> evidence(columns.size());
  Row row;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) return evidence;
    for (const RowCell& cell : row.cells) {
      for (size_t i = 0; i < columns.size(); ++i) {
        if (cell.column == columns[i]) evidence[i].Add(cell.text);
      }
    }
  }
}

}  // namespace blindlink::agent
