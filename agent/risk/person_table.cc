#include "agent/risk/person_table.h"

#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/risk/delimited_file.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

absl::Status TakeHeader(const DelimitedFile& file, PersonTable* table) {
  for (size_t i = 0; i < file.fields().size(); ++i) {
    const absl::string_view name = file.fields()[i];
    if (name.empty()) return file.Error(absl::StrCat("column ", i + 1, " has no name"));
    if (table->Find(name).has_value()) {
      return file.Error(absl::StrCat("column ", i + 1, " has the name of an earlier column"));
    }
    table->columns.push_back({std::string(name), {}, {}, {}});
  }
  return absl::OkStatus();
}

}  // namespace

std::optional<size_t> PersonTable::Find(absl::string_view name) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return i;
  }
  return std::nullopt;
}

absl::StatusOr<const TableColumn*> PersonTable::Column(absl::string_view name) const {
  if (const std::optional<size_t> found = Find(name); found.has_value()) return &columns[*found];
  const std::string there = absl::StrJoin(
      columns, ", ",
      [](std::string* out, const TableColumn& column) { absl::StrAppend(out, column.name); });
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": there is no column '", name, "'; the columns are ", there));
}

absl::StatusOr<PersonTable> ReadPersonTable(const std::string& path,
                                            const std::function<void(uint64_t, double)>& progress) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<DelimitedFile> file, DelimitedFile::Open(path));
  PersonTable table;
  table.path = path;
  table.delimiter = file->delimiter();
  BL_ASSIGN_OR_RETURN(const bool has_header, file->Next());
  if (!has_header) return absl::InvalidArgumentError(path + " is empty: a header is needed");
  BL_RETURN_IF_ERROR(TakeHeader(*file, &table));
  std::vector<absl::flat_hash_map<std::string, uint32_t>> numbers(table.columns.size());
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool any, file->Next());
    if (!any) break;
    for (size_t i = 0; i < numbers.size(); ++i) {
      TableColumn& column = table.columns[i];
      const auto [found, is_new] =
          numbers[i].try_emplace(file->fields()[i], static_cast<uint32_t>(column.values.size()));
      if (is_new) {
        column.values.emplace_back(file->fields()[i]);
        column.first_line.push_back(file->line());
      }
      column.rows.push_back(found->second);
    }
    if (++table.row_count % 65536 == 0 && progress) progress(table.row_count, file->ShareRead());
  }
  if (table.row_count == 0) {
    return absl::InvalidArgumentError(path + " has a header but no rows: there is nobody in it");
  }
  if (progress) progress(table.row_count, 1);
  return table;
}

}  // namespace blindlink::agent
