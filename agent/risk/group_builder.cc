#include "agent/risk/group_builder.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "common/base/mix.h"

namespace blindlink::agent {
namespace {

// If k is larger, not every row looks for a group around it.
constexpr uint32_t kSeekersPerGroup = 16;
constexpr float kNothing = 1e-6F;  // costs that differ by less are equal
constexpr float kImpossible = std::numeric_limits<float>::max();

}  // namespace

GroupBuilder::GroupBuilder(const RecodingProblem& problem)
    : problem_(problem), width_(problem.width()), tally_(problem), nearest_(problem) {
  for (const RecodingColumn& column : problem.columns) {
    cost_of_nothing_ += column.cost[column.tree->root()];
  }
}

Grouping GroupBuilder::Build(absl::Span<const uint32_t> rows, std::vector<uint32_t>* homeless) {
  built_.clear();
  nearest_.Load(rows);
  FoundGroups();
  std::vector<uint32_t> left;
  for (size_t i = 0; i < nearest_.free_count(); ++i) {
    left.push_back(nearest_.id(nearest_.free_row(i)));
  }
  std::sort(left.begin(), left.end());
  for (const uint32_t row : left) {
    if (!Place(row)) homeless->push_back(row);
  }
  return Built();
}

Grouping GroupBuilder::Settle(const Grouping& groups, absl::Span<const uint32_t> homeless) {
  built_.clear();
  const uint32_t* next = groups.rows.data();
  for (const uint32_t size : groups.sizes) {
    const absl::Span<const uint32_t> rows(next, size);
    Group group{{rows.begin(), rows.end()}, JoinRows(problem_, rows), 0, {}};
    group.cost = CostOfNodes(problem_, group.nodes);
    built_.push_back(std::move(group));
    next += size;
  }
  for (const uint32_t row : homeless) {
    if (!Place(row)) PlaceByMerging(row);
  }
  return Built();
}

Grouping GroupBuilder::Built() const {
  Grouping out;
  for (const Group& group : built_) {
    out.rows.insert(out.rows.end(), group.rows.begin(), group.rows.end());
    out.sizes.push_back(static_cast<uint32_t>(group.rows.size()));
  }
  return out;
}

void GroupBuilder::FoundGroups() {
  const uint32_t step = problem_.k / kSeekersPerGroup + 1;
  for (uint64_t round = 0; nearest_.free_count() >= problem_.k; ++round) {
    const size_t before = built_.size();
    std::vector<Offer> offers;
    const auto count = static_cast<uint32_t>(nearest_.size());
    for (uint32_t local = 0; local < count; ++local) {
      if (!nearest_.is_free(local) || Mix64(round + nearest_.id(local)) % step != 0) continue;
      Seek(local);
      if (best_cost_ < kImpossible) offers.push_back({best_cost_, local});
    }
    FoundCheapest(std::move(offers));
    if (step == 1 || built_.size() == before) return;
  }
}

void GroupBuilder::FoundCheapest(std::vector<Offer> offers) {
  const auto later = std::greater<>();
  std::make_heap(offers.begin(), offers.end(), later);
  while (!offers.empty() && nearest_.free_count() >= problem_.k) {
    std::pop_heap(offers.begin(), offers.end(), later);
    const Offer offer = offers.back();
    offers.pop_back();
    if (!nearest_.is_free(offer.local)) continue;
    Seek(offer.local);  // some of the members may be taken by now
    if (best_cost_ == kImpossible) continue;
    if (!offers.empty() && best_cost_ > std::max(offer.cost, offers.front().cost) + kNothing) {
      offers.push_back({best_cost_, offer.local});
      std::push_heap(offers.begin(), offers.end(), later);
      continue;
    }
    FoundGroup(offer.local);
  }
}

void GroupBuilder::Seek(uint32_t local) {
  best_cost_ = kImpossible;
  best_.clear();
  tally_.Clear();
  tally_.Add(nearest_.id(local));
  const NodeId* cells = problem_.row(nearest_.id(local));
  if (tally_.IsWhole()) {
    best_cost_ = CostOfNodes(problem_, {cells, width_});
    return;
  }
  const NearestRows::List& list = nearest_.Of(local);
  GrowFrom(list);
  if (best_cost_ < kImpossible || list.complete) return;
  tally_.Clear();
  tally_.Add(nearest_.id(local));
  GrowFrom(nearest_.AllOf(local));
}

void GroupBuilder::GrowFrom(const NearestRows::List& list) {
  trial_.clear();
  chosen_.assign(list.rows.size(), 0);
  depths_.assign(width_, 255);
  float cost = 0;
  size_t from = 0;  // candidates before it cost more, as long as the group's nodes stay
  while (!tally_.IsWhole()) {
    if (tally_.Chooses()) tally_.Prepare();
    size_t next = tally_.Chooses() ? list.rows.size() : NextInside(list, from, cost);
    from = next + 1;
    if (next == list.rows.size()) {
      next = NextMember(list, cost, &cost);
      from = 0;
    }
    if (next == list.rows.size()) return;
    const uint8_t* of = &list.depths[next * width_];
    for (size_t q = 0; q < width_; ++q) depths_[q] = std::min(depths_[q], of[q]);
    chosen_[next] = 1;
    trial_.push_back(list.rows[next].local);
    tally_.Add(nearest_.id(list.rows[next].local));
  }
  if (LeavesNothing(cost)) return;
  best_cost_ = cost;
  best_ = trial_;
}

float GroupBuilder::CostWithCandidate(const NearestRows::List& list, size_t i) const {
  const uint8_t* of = &list.depths[i * width_];
  float sum = 0;
  for (size_t q = 0; q < width_; ++q) sum += nearest_.PathCost(q, std::min(of[q], depths_[q]));
  return sum;
}

size_t GroupBuilder::NextInside(const NearestRows::List& list, size_t from, float cost_now) const {
  for (size_t i = from; i < list.rows.size(); ++i) {
    if (list.rows[i].cost > cost_now + kNothing) break;
    if (!chosen_[i] && CostWithCandidate(list, i) <= cost_now + kNothing) return i;
  }
  return list.rows.size();
}

size_t GroupBuilder::NextMember(const NearestRows::List& list, float cost_now, float* cost) const {
  size_t best = list.rows.size();
  float least = kImpossible;
  for (size_t i = 0; i < list.rows.size(); ++i) {
    if (list.rows[i].cost >= least) break;  // with the group it costs at least what it costs alone
    if (chosen_[i]) continue;
    const float sum = CostWithCandidate(list, i);
    if (sum >= least) continue;
    if (tally_.Chooses() && !tally_.WouldHelp(nearest_.id(list.rows[i].local))) continue;
    least = sum;
    best = i;
    if (sum <= cost_now + kNothing) break;
  }
  *cost = least;
  return best;
}

void GroupBuilder::FoundGroup(uint32_t local) {
  Group group;
  AddTo(&group, nearest_.id(local));
  for (const uint32_t other : best_) AddTo(&group, nearest_.id(other));
  nearest_.Take(local);
  for (const uint32_t other : best_) nearest_.Take(other);
  built_.push_back(std::move(group));
}

float GroupBuilder::CostWith(const Group& group, const NodeId* cells) const {
  float cost = 0;
  for (size_t q = 0; q < width_; ++q) {
    const RecodingColumn& column = problem_.columns[q];
    cost += column.cost[column.tree->Join(group.nodes[q], cells[q])];
  }
  return cost;
}

void GroupBuilder::AddTo(Group* group, uint32_t row) const {
  const NodeId* cells = problem_.row(row);
  if (group->rows.empty()) group->nodes.assign(cells, cells + width_);
  for (size_t q = 0; q < width_; ++q) {
    group->nodes[q] = problem_.columns[q].tree->Join(group->nodes[q], cells[q]);
  }
  group->cost = CostOfNodes(problem_, group->nodes);
  group->rows.push_back(row);
  group->accepts.clear();
}

bool GroupBuilder::IsWhole(const Group& group) { return MayStand(problem_, group.rows, &tally_); }

bool GroupBuilder::Accepts(Group* group, uint32_t row) {
  if (!tally_.Chooses()) return true;
  uint64_t values = 0;
  for (const SensitiveRule& rule : problem_.sensitive) values = Mix64(values + rule.codes[row]);
  for (const auto& [known, accepts] : group->accepts) {
    if (known == values) return accepts;
  }
  group->rows.push_back(row);
  const bool whole = IsWhole(*group);
  group->rows.pop_back();
  group->accepts.emplace_back(values, whole);
  return whole;
}

bool GroupBuilder::Place(uint32_t row) {
  Group* best = nullptr;
  float least = kImpossible;
  for (Group& group : built_) {
    const auto size = static_cast<float>(group.rows.size());
    const float with = CostWith(group, problem_.row(row));
    const float increase = (size + 1) * with - size * group.cost;
    if (increase >= least || LeavesNothing(with) || !Accepts(&group, row)) continue;
    least = increase;
    best = &group;
  }
  if (best == nullptr) return false;
  AddTo(best, row);
  return true;
}

size_t GroupBuilder::CheapestToMerge(const Group& with) const {
  size_t best = 0;
  std::pair<bool, float> least = {true, kImpossible};
  for (size_t g = 0; g < built_.size(); ++g) {
    const auto size = static_cast<float>(built_[g].rows.size());
    const auto both = size + static_cast<float>(with.rows.size());
    const float cost = CostWith(with, built_[g].nodes.data());
    const std::pair price(LeavesNothing(cost), both * cost - size * built_[g].cost);
    if (price >= least) continue;
    least = price;
    best = g;
  }
  return best;
}

void GroupBuilder::PlaceByMerging(uint32_t row) {
  Group group;
  AddTo(&group, row);
  while (!built_.empty() && !IsWhole(group)) {
    const size_t with = CheapestToMerge(group);
    for (const uint32_t other : built_[with].rows) AddTo(&group, other);
    std::swap(built_[with], built_.back());
    built_.pop_back();
  }
  built_.push_back(std::move(group));
}

}  // namespace blindlink::agent
