#include "resolver/linkage/decided_pairs.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

std::pair<uint32_t, uint32_t> InOrder(uint32_t left, uint32_t right) {
  return {std::min(left, right), std::max(left, right)};
}

bool ComesBefore(const DecidedRow& row, const std::pair<uint32_t, uint32_t>& pair) {
  return std::pair(row.left, row.right) < pair;
}

// Nothing if the run has no such record.
absl::StatusOr<std::optional<uint32_t>> RankOf(const NamedRecord& name, const RecordOrder& order,
                                               const RowFileReader<RecordRow>& records) {
  const auto found = std::lower_bound(order.sites().begin(), order.sites().end(), name.site);
  if (found == order.sites().end() || *found != name.site) return std::nullopt;
  const auto number = static_cast<size_t>(found - order.sites().begin());
  uint32_t low = order.FirstRankOf(number);
  uint32_t high = order.FirstRankOf(number + 1);
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    BL_ASSIGN_OR_RETURN(const RecordRow row, records.ReadOne(middle));
    if (row.record == name.record) return middle;
    (row.record < name.record ? low : high) = row.record < name.record ? middle + 1 : middle;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<DecidedPairs> DecidedPairs::Find(absl::Span<const NamedDecision> decisions,
                                                const RecordOrder& order,
                                                const RowFileReader<RecordRow>& records) {
  DecidedPairs found;
  for (const NamedDecision& decision : decisions) {
    BL_ASSIGN_OR_RETURN(const auto left, RankOf(decision.left, order, records));
    BL_ASSIGN_OR_RETURN(const auto right, RankOf(decision.right, order, records));
    if (!left || !right || *left == *right) {
      ++found.not_in_run_;
      continue;
    }
    const auto [lower, upper] = InOrder(*left, *right);
    found.rows_.push_back(
        {lower, upper,
         decision.is_link ? DecisionEffect::kLinkFollowed : DecisionEffect::kKeptApart});
  }
  // kKeptApart comes first, and of several about one pair the first remains.
  std::sort(found.rows_.begin(), found.rows_.end(), [](const DecidedRow& a, const DecidedRow& b) {
    return std::tie(a.left, a.right, b.effect) < std::tie(b.left, b.right, a.effect);
  });
  found.rows_.erase(std::unique(found.rows_.begin(), found.rows_.end(),
                                [](const DecidedRow& a, const DecidedRow& b) {
                                  return a.left == b.left && a.right == b.right;
                                }),
                    found.rows_.end());
  found.scores_.resize(found.rows_.size());
  return found;
}

size_t DecidedPairs::PlaceOf(uint32_t left, uint32_t right) const {
  const std::pair<uint32_t, uint32_t> pair = InOrder(left, right);
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), pair, ComesBefore);
  const bool is_it = at != rows_.end() && std::pair(at->left, at->right) == pair;
  return is_it ? static_cast<size_t>(at - rows_.begin()) : rows_.size();
}

bool DecidedPairs::IsLink(uint32_t left, uint32_t right) const {
  const size_t at = PlaceOf(left, right);
  return at < rows_.size() && rows_[at].effect != DecisionEffect::kKeptApart;
}

bool DecidedPairs::IsDoNotLink(uint32_t left, uint32_t right) const {
  const size_t at = PlaceOf(left, right);
  return at < rows_.size() && rows_[at].effect == DecisionEffect::kKeptApart;
}

void DecidedPairs::NoteScore(uint32_t left, uint32_t right, double score) {
  const size_t at = PlaceOf(left, right);
  if (at < rows_.size()) scores_[at] = score;
}

std::vector<EntityDecision> DecidedPairs::Constraints() const {
  std::vector<EntityDecision> constraints;
  for (size_t i = 0; i < rows_.size(); ++i) {
    const bool is_link = rows_[i].effect != DecisionEffect::kKeptApart;
    constraints.push_back({rows_[i].left, rows_[i].right, is_link, scores_[i]});
  }
  return constraints;
}

void DecidedPairs::SetEntities(const EntityGrower& grown, const std::vector<uint32_t>& first) {
  joins_refused_ = grown.refused_by_decision();
  for (const size_t dropped : grown.dropped_links()) {
    rows_[dropped].effect = DecisionEffect::kLinkDropped;
  }
  absl::flat_hash_set<uint32_t> by_decision;
  for (const DecidedRow& row : rows_) {
    if (row.effect == DecisionEffect::kLinkFollowed) by_decision.insert(first[row.left]);
    if (row.effect == DecisionEffect::kKeptApart) {
      apart_.insert(InOrder(first[row.left], first[row.right]));
    }
  }
  entities_ = by_decision.size();
}

bool DecidedPairs::IsFollowed(uint32_t left, uint32_t right) const {
  const size_t at = PlaceOf(left, right);
  return at < rows_.size() && rows_[at].effect == DecisionEffect::kLinkFollowed;
}

bool DecidedPairs::AreKeptApart(uint32_t left_first, uint32_t right_first) const {
  return !apart_.empty() && apart_.contains(InOrder(left_first, right_first));
}

void DecidedPairs::Fill(v1::RunDecisions* counts) const {
  uint64_t of_effect[3] = {};
  for (const DecidedRow& row : rows_) ++of_effect[static_cast<size_t>(row.effect)];
  counts->set_links(of_effect[static_cast<size_t>(DecisionEffect::kLinkFollowed)]);
  counts->set_links_dropped(of_effect[static_cast<size_t>(DecisionEffect::kLinkDropped)]);
  counts->set_do_not_links(of_effect[static_cast<size_t>(DecisionEffect::kKeptApart)]);
  counts->set_not_in_run(not_in_run_);
  counts->set_entities(entities_);
  counts->set_joins_refused(joins_refused_);
}

}  // namespace blindlink::resolver
