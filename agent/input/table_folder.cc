#include "agent/input/table_folder.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/input/column_roles.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"
#include "common/csv/byte_source.h"

namespace blindlink::agent {
namespace {

absl::Status Named(const std::string& path, const absl::Status& status) {
  if (status.ok() || absl::StrContains(status.message(), path)) return status;
  return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
}

absl::StatusOr<std::unique_ptr<RowReader>> OpenTable(const std::string& path, RejectLog* rejects) {
  absl::StatusOr<std::unique_ptr<ByteSource>> bytes = OpenByteSource(path);
  if (!bytes.ok()) return Named(path, bytes.status());
  absl::StatusOr<std::unique_ptr<RowReader>> reader =
      OpenRowReader(*std::move(bytes), std::nullopt, rejects);
  if (!reader.ok()) return Named(path, reader.status());
  return reader;
}

absl::StatusOr<Table> Describe(const std::filesystem::path& path) {
  Table table;
  table.path = path.string();
  table.file = path.filename().string();
  RejectLog ignored;
  const absl::StatusOr<std::unique_ptr<RowReader>> reader = OpenTable(table.path, &ignored);
  // A workbook, a note, a file without rows.
  if (absl::IsInvalidArgument(reader.status())) return table;
  BL_RETURN_IF_ERROR(reader.status());
  table.headers = (*reader)->columns();
  for (const std::string& header : table.headers) {
    table.normalized.push_back(NormalizeHeader(header));
  }
  return table;
}

}  // namespace

std::optional<size_t> Table::Find(absl::string_view header) const {
  const auto found = std::find(normalized.begin(), normalized.end(), header);
  if (found == normalized.end()) return std::nullopt;
  return found - normalized.begin();
}

bool Table::HasAny(absl::Span<const absl::string_view> names) const {
  return std::any_of(names.begin(), names.end(),
                     [this](absl::string_view name) { return Has(name); });
}

absl::StatusOr<std::vector<Table>> ListTables(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code error;
  auto entry = std::filesystem::directory_iterator(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const bool hidden = absl::StartsWith(entry->path().filename().string(), ".");
    std::error_code no_file;
    if (!hidden && entry->is_regular_file(no_file)) paths.push_back(entry->path());
  }
  if (error) return ErrnoStatus(error.value(), "list", folder);
  std::sort(paths.begin(), paths.end());
  std::vector<Table> tables;
  for (const std::filesystem::path& path : paths) {
    BL_ASSIGN_OR_RETURN(Table table, Describe(path));
    tables.push_back(std::move(table));
  }
  return tables;
}

absl::StatusOr<const Table*> OnlyTable(absl::Span<const Table> tables, absl::string_view what,
                                       const std::function<bool(const Table&)>& is) {
  const Table* found = nullptr;
  for (const Table& table : tables) {
    if (!is(table)) continue;
    if (found != nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(found->file, " and ", table.file, " are both ", what,
                       " by their columns: leave only one in the folder"));
    }
    found = &table;
  }
  return found;
}

void TableRejects::Add(const Reject& reject, bool whole_row) {
  std::string column = reject.column.empty() ? file_ : absl::StrCat(file_, ": ", reject.column);
  rejects_->Add({reject.row, std::move(column), reject.reason}, whole_row);
}

absl::Status ReadTable(const Table& table, RejectLog* rejects, uint64_t* rows,
                       const std::function<absl::Status(const Row& row)>& take) {
  TableRejects named(table.file, rejects);
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<RowReader> reader, OpenTable(table.path, &named));
  Row row;
  while (true) {
    const absl::StatusOr<bool> more = reader->Next(&row);
    if (!more.ok()) return Named(table.path, more.status());
    if (!*more) break;
    BL_RETURN_IF_ERROR(take(row));
  }
  *rows += reader->rows_read();
  return absl::OkStatus();
}

std::string CellOf(const Row& row, std::optional<size_t> column) {
  if (!column.has_value() || *column >= row.cells.size()) return "";
  return std::string(row.cells[*column].text);
}

}  // namespace blindlink::agent
