#include "agent/input/row_cells.h"

#include "absl/strings/ascii.h"

namespace blindlink::agent {
namespace {

constexpr size_t kMaxColumns = 10'000;

}  // namespace

void RowCells::Add(absl::string_view column, absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (text.empty()) return;
  auto found = column_of_.find(column);
  if (found == column_of_.end()) {
    if (columns_.size() == kMaxColumns) return;
    found = column_of_.emplace(std::string(column), columns_.size()).first;
    columns_.emplace_back(column);
  }
  cells_.emplace_back(found->second, std::string(text));
}

absl::string_view RowCells::Get(absl::string_view column) const {
  const auto found = column_of_.find(column);
  if (found == column_of_.end()) return {};
  for (const auto& [number, text] : cells_) {
    if (number == found->second) return text;
  }
  return {};
}

void RowCells::ShowIn(Row* row) const {
  row->cells.clear();
  for (const auto& [number, text] : cells_) row->cells.push_back({number, text});
}

}  // namespace blindlink::agent
