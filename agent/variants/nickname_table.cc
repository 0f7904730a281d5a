#include "agent/variants/nickname_table.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_split.h"
#include "agent/variants/nickname_lists.h"

namespace blindlink::agent {
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

// Sorts roots by how usual they are. Roots that are not on that list come last, in their given
// order.
void OrderRoots(Table* table) {
  absl::flat_hash_map<absl::string_view, size_t> ranks;
  for (const absl::string_view line : UsualFormalNames()) {
    for (const absl::string_view name : absl::StrSplit(line, ' ')) {
      ranks.try_emplace(name, ranks.size());
    }
  }
  const auto rank = [&ranks](absl::string_view name) {
    const auto found = ranks.find(name);
    return found == ranks.end() ? ranks.size() : found->second;
  };
  for (auto& [name, roots] : *table) {
    std::stable_sort(roots.begin(), roots.end(), [&rank](absl::string_view a, absl::string_view b) {
      return rank(a) < rank(b);
    });
    if (roots.size() > kMaxNicknameRoots) roots.resize(kMaxNicknameRoots);
  }
}

// Gives every spelling the roots of the first one. If that has none, it becomes the root itself.
void AddSpellings(Table* table) {
  for (const absl::string_view line : NameSpellings()) {
    const std::vector<absl::string_view> names = absl::StrSplit(line, ' ');
    if (!table->contains(names[0])) AddRoot(names[0], names[0], table);
    const std::vector<absl::string_view> roots = (*table)[names[0]];
    for (const absl::string_view name : names) (*table)[name] = roots;
  }
}

}  // namespace

const std::vector<absl::string_view>& NicknameRoots(absl::string_view name) {
  static const Table* const kTable = [] {
    auto* table = new Table;
    AddLines(MensNicknames(), table);
    AddLines(WomensNicknames(), table);
    AddLines(NicknamesOfOtherLanguages(), table);
    OrderRoots(table);
    AddSpellings(table);
    return table;
  }();
  static const auto* const kNone = new std::vector<absl::string_view>;
  const auto found = kTable->find(name);
  return found == kTable->end() ? *kNone : found->second;
}

}  // namespace blindlink::agent
