#pragma once

#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"
#include "researcher/timeline/tables.h"

namespace blindlink::researcher {

// The rows of a record from several tables in one piece of memory: for each table its number, the
// number of its first row in the file, the size of its rows, and the rows.
struct RowsHeader {
  uint64_t first_row;
  uint32_t size;
  Table table;
};

// Appends the rows that `append` writes to `out`, with their header. At most 4 GiB.
template <typename Append>
auto AppendRows(Table table, uint64_t first_row, Append append, std::string* out) {
  const size_t at = out->size();
  out->resize(at + sizeof(RowsHeader));
  auto result = append(out);
  RowsHeader header;
  std::memset(&header, 0, sizeof(header));
  header.first_row = first_row;
  header.size = static_cast<uint32_t>(out->size() - at - sizeof(RowsHeader));
  header.table = table;
  std::memcpy(out->data() + at, &header, sizeof(header));
  return result;
}

// Calls `visit(RowsHeader, rows)` for each table, in the order of writing.
template <typename Visit>
void ForEachTable(absl::string_view content, Visit visit) {
  while (!content.empty()) {
    RowsHeader header;
    std::memcpy(&header, content.data(), sizeof(header));
    content.remove_prefix(sizeof(header));
    visit(header, content.substr(0, header.size));
    content.remove_prefix(header.size);
  }
}

}  // namespace blindlink::researcher
