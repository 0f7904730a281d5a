#include "agent/variants/nickname_table.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_split.h"
#include "agent/variants/nickname_lists.h"

namespace blindlink {
namespace {

using Table = absl::flat_hash_map<absl::string_view, std::vector<absl::string_view>>;

void AddRoot(absl::string_view name, absl::string_view root, Table* table) {
  std::vector<absl::string_view>& roots = (*table)[name];
  if (std::find(roots.begin(), roots.end(), root) == roots.end()) roots.push_back(root);
}

void AddLines(absl::Span<const absl::string_view> lines, Table* table) {
  for (const absl::string_view line : lines) {
    const absl::string_view root = line.substr(0, line.find(' '));
    for (const absl::string_view name : absl::StrSplit(line, ' ')) AddRoot(name, root, table);
  }
}

}  // namespace

const std::vector<absl::string_view>& NicknameRoots(absl::string_view name) {
  static const Table* const kTable = [] {
    auto* table = new Table;
    AddLines(MensNicknames(), table);
    AddLines(WomensNicknames(), table);
    return table;
  }();
  static const auto* const kNone = new std::vector<absl::string_view>;
  const auto found = kTable->find(name);
  return found == kTable->end() ? *kNone : found->second;
}

}  // namespace blindlink
