#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// A column whose values are numbered in the order in which they first occur.
struct TableColumn {
  std::string name;
  std::vector<std::string> values;
  std::vector<uint32_t> rows;        // per row: an index into values
  std::vector<uint64_t> first_line;  // per value: the line of the file in which it first occurs
};

// One row a person, in the order of the file.
struct PersonTable {
  std::string path;
  char delimiter = ',';
  size_t row_count = 0;
  std::vector<TableColumn> columns;

  std::optional<size_t> Find(absl::string_view name) const;
  // INVALID_ARGUMENT names the file, the missing column and those there are.
  absl::StatusOr<const TableColumn*> Column(absl::string_view name) const;
};

// Reads a table with a header (delimited_file.h). INVALID_ARGUMENT also for two columns of one
// name, a column without name and a table without rows. `progress` gets the rows read and the share
// of the file.
absl::StatusOr<PersonTable> ReadPersonTable(
    const std::string& path, const std::function<void(uint64_t, double)>& progress = nullptr);

}  // namespace blindlink::agent
