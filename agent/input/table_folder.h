#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/input/reject_log.h"
#include "agent/input/row_reader.h"

namespace blindlink::agent {

// A CSV file of a folder of tables.
struct Table {
  std::string path;
  std::string file;                     // the path's last part
  std::vector<std::string> headers;     // none if it is no table, or one without rows
  std::vector<std::string> normalized;  // as NormalizeHeader returns them

  // The column with this normalized header.
  std::optional<size_t> Find(absl::string_view header) const;
  bool Has(absl::string_view header) const { return Find(header).has_value(); }
  bool HasAny(absl::Span<const absl::string_view> names) const;
};

// The files of a folder that are neither hidden nor folders, sorted by name. Errors are those of
// listing the folder and of opening a file; what is no table has no headers.
absl::StatusOr<std::vector<Table>> ListTables(const std::string& folder);

// Of the tables for which `is` is true, the only one; null if there is none. INVALID_ARGUMENT if
// there are several; `what` is for that message.
absl::StatusOr<const Table*> OnlyTable(absl::Span<const Table> tables, absl::string_view what,
                                       const std::function<bool(const Table&)>& is);

// What is rejected in one file of several: the column is preceded by the file's name.
class TableRejects : public RejectLog {
 public:
  // `rejects` must outlive it.
  TableRejects(std::string file, RejectLog* rejects) : file_(std::move(file)), rejects_(rejects) {}
  void Add(const Reject& reject, bool whole_row) override;

 private:
  const std::string file_;
  RejectLog* const rejects_;
};

// Calls `take` with each row of a table. Malformed rows go to `rejects`, with the file's name. Adds
// the number of all rows to `*rows`. Errors are those of reading the file, which they name, and of
// `take`.
absl::Status ReadTable(const Table& table, RejectLog* rejects, uint64_t* rows,
                       const std::function<absl::Status(const Row& row)>& take);

// The text of a column of a row of CSV; empty if the table has no such column.
std::string CellOf(const Row& row, std::optional<size_t> column);

}  // namespace blindlink::agent
