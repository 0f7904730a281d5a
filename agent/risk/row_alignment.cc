#include "agent/risk/row_alignment.h"

#include <numeric>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// Per value of the key column: its row.
absl::StatusOr<std::vector<uint32_t>> RowsOfKeys(const PersonTable& table, const TableColumn& key) {
  std::vector<uint32_t> rows(key.values.size(), kNoRow);
  for (uint32_t i = 0; i < table.row_count; ++i) {
    uint32_t& row = rows[key.rows[i]];
    if (row != kNoRow) {
      return absl::InvalidArgumentError(absl::StrCat(table.path, ", line ", i + 2, ", column '",
                                                     key.name, "': the same key as in line ",
                                                     row + 2, "; a key must name one row"));
    }
    row = i;
  }
  return rows;
}

}  // namespace

absl::StatusOr<std::vector<uint32_t>> AlignRows(const PersonTable& from, const PersonTable& to,
                                                const std::string& key) {
  std::vector<uint32_t> rows(from.row_count, kNoRow);
  if (key.empty()) {
    if (from.row_count != to.row_count) {
      return absl::InvalidArgumentError(
          absl::StrCat(from.path, " has ", from.row_count, " rows and ", to.path, " has ",
                       to.row_count, ": name the --key that says which belong together"));
    }
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
  }
  BL_ASSIGN_OR_RETURN(const TableColumn* from_key, from.Column(key));
  BL_ASSIGN_OR_RETURN(const TableColumn* to_key, to.Column(key));
  BL_RETURN_IF_ERROR(RowsOfKeys(from, *from_key).status());
  BL_ASSIGN_OR_RETURN(const std::vector<uint32_t> to_rows, RowsOfKeys(to, *to_key));
  absl::flat_hash_map<absl::string_view, uint32_t> by_key;
  for (size_t i = 0; i < to_rows.size(); ++i) by_key.emplace(to_key->values[i], to_rows[i]);
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto found = by_key.find(from_key->values[from_key->rows[i]]);
    if (found != by_key.end()) rows[i] = found->second;
  }
  return rows;
}

QuasiTable TakeRows(const QuasiTable& table, const std::vector<uint32_t>& rows) {
  QuasiTable out{table.width, {}};
  for (const uint32_t row : rows) {
    if (row == kNoRow) {
      out.cells.insert(out.cells.end(), table.width, 0);
    } else {
      const absl::Span<const NodeId> cells = table.row(row);
      out.cells.insert(out.cells.end(), cells.begin(), cells.end());
    }
  }
  return out;
}

QuasiTable SideBySide(const QuasiTable& table, const QuasiTable& other,
                      const std::vector<uint32_t>& rows) {
  QuasiTable out{table.width + other.width, {}};
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == kNoRow) continue;
    const absl::Span<const NodeId> left = table.row(i);
    const absl::Span<const NodeId> right = other.row(rows[i]);
    out.cells.insert(out.cells.end(), left.begin(), left.end());
    out.cells.insert(out.cells.end(), right.begin(), right.end());
  }
  return out;
}

}  // namespace blindlink::agent
