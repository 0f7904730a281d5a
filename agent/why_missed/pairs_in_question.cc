#include "agent/why_missed/pairs_in_question.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/base/status_macros.h"
#include "common/pairs/pair_file.h"
#include "common/pairs/truth.h"

namespace blindlink::agent {
namespace {

bool IsFound(const PairFile& found, uint32_t left, uint32_t right) {
  const auto at = std::lower_bound(found.pairs.begin(), found.pairs.end(), std::pair(left, right),
                                   [](const RecordPair& pair, const auto& wanted) {
                                     return std::tie(pair.left, pair.right) <
                                            std::tie(wanted.first, wanted.second);
                                   });
  return at != found.pairs.end() && at->left == left && at->right == right;
}

// The records that the truth lists, by person.
std::vector<std::pair<uint32_t, uint32_t>> ByPerson(const Truth& truth,
                                                    const RecordTable& records) {
  std::vector<std::pair<uint32_t, uint32_t>> person_and_record;
  for (uint32_t record = 0; record < records.size(); ++record) {
    if (const auto person = truth.PersonOf(record)) person_and_record.emplace_back(*person, record);
  }
  std::sort(person_and_record.begin(), person_and_record.end());
  return person_and_record;
}

void FindMissed(const Truth& truth, const PairFile& found, PairScope scope, PairsInQuestion* out) {
  const auto members = ByPerson(truth, out->records);
  for (size_t i = 0; i < members.size(); ++i) {
    for (size_t j = i + 1; j < members.size() && members[j].first == members[i].first; ++j) {
      const auto [left, right] = std::minmax(members[i].second, members[j].second);
      if (!InScope(scope, out->records.SiteOf(left), out->records.SiteOf(right))) continue;
      ++out->true_pairs;
      if (!IsFound(found, left, right)) out->missed.push_back({left, right});
    }
  }
}

void FindWrong(const Truth& truth, const PairFile& found, PairScope scope, PairsInQuestion* out) {
  for (const RecordPair& pair : found.pairs) {
    const auto left = truth.PersonOf(pair.left);
    const auto right = truth.PersonOf(pair.right);
    if (!left.has_value() || !right.has_value() ||
        !InScope(scope, out->records.SiteOf(pair.left), out->records.SiteOf(pair.right))) {
      continue;
    }
    ++out->found_pairs;
    if (*left != *right) out->wrong.push_back({pair.left, pair.right});
  }
}

}  // namespace

absl::StatusOr<PairsInQuestion> PairsInQuestion::Read(const std::string& truth_file,
                                                      const std::string& pairs_file,
                                                      std::optional<PairScope> scope) {
  PairsInQuestion pairs;
  BL_ASSIGN_OR_RETURN(const Truth truth, Truth::Read(truth_file, &pairs.records));
  BL_ASSIGN_OR_RETURN(const PairFile found, PairFile::Read(pairs_file, &pairs.records));
  const PairScope in_scope =
      scope.value_or(truth.sites() > 1 ? PairScope::kCrossSite : PairScope::kWithinSite);
  FindMissed(truth, found, in_scope, &pairs);
  FindWrong(truth, found, in_scope, &pairs);
  return pairs;
}

}  // namespace blindlink::agent
