#include "agent/risk/equal_rows.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

EqualRows FindEqualRows(const QuasiTable& table) {
  EqualRows out;
  out.group_of.reserve(table.row_count());
  absl::flat_hash_map<absl::string_view, uint32_t> numbers;
  for (size_t i = 0; i < table.row_count(); ++i) {
    const absl::Span<const NodeId> row = table.row(i);
    if (std::all_of(row.begin(), row.end(), [](NodeId node) { return node == 0; })) {
      out.group_of.push_back(EqualRows::kSuppressed);
      ++out.suppressed;
      continue;
    }
    const absl::string_view bytes(reinterpret_cast<const char*>(row.data()),
                                  row.size() * sizeof(NodeId));
    const auto [found, is_new] = numbers.try_emplace(bytes, out.sizes.size());
    if (is_new) out.sizes.push_back(0);
    ++out.sizes[found->second];
    out.group_of.push_back(found->second);
  }
  return out;
}

}  // namespace blindlink::agent
