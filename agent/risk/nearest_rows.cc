#include "agent/risk/nearest_rows.h"

#include <algorithm>
#include <numeric>

namespace blindlink::agent {
namespace {

// Rows on a list, and how few may be left before it is made again; both in multiples of k beside.
constexpr size_t kListed = 64;
constexpr size_t kLeft = 16;
// Rows on a list of each value of the first sensitive column, however far.
constexpr size_t kOfEachValue = 4;

}  // namespace

NearestRows::NearestRows(const RecodingProblem& problem)
    : problem_(problem), width_(problem.width()) {
  for (const RecodingColumn& column : problem.columns) {
    marks_.emplace_back(column.tree->size());
    path_stride_ = std::max<size_t>(path_stride_, column.tree->height() + 1);
  }
  path_costs_.resize(width_ * path_stride_);
}

void NearestRows::Load(absl::Span<const uint32_t> rows) {
  ++stamp_;
  ids_.assign(rows.begin(), rows.end());
  free_.resize(rows.size());
  std::iota(free_.begin(), free_.end(), 0);
  where_ = free_;
  slots_.resize(rows.size() * width_);
  slot_nodes_.clear();
  slot_begins_.clear();
  for (size_t q = 0; q < width_; ++q) {
    slot_begins_.push_back(slot_nodes_.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      const NodeId node = problem_.row(rows[i])[q];
      Mark& mark = marks_[q][node];
      if (mark.stamp != stamp_) {
        mark = {stamp_, static_cast<uint32_t>(slot_nodes_.size())};
        slot_nodes_.push_back(node);
      }
      slots_[i * width_ + q] = mark.slot;
    }
  }
  slot_begins_.push_back(slot_nodes_.size());
  costs_.resize(slot_nodes_.size());
  depths_.resize(slot_nodes_.size());
  if (lists_.size() < rows.size()) lists_.resize(rows.size());
  for (List& list : lists_) list.rows.clear();
}

void NearestRows::Take(uint32_t local) {
  const uint32_t at = where_[local];
  const size_t last = free_.size() - 1;
  free_[at] = free_[last];
  where_[free_[at]] = at;
  where_[local] = kTaken;
  std::copy_n(&slots_[last * width_], width_, &slots_[at * width_]);
  free_.pop_back();
}

void NearestRows::SetPath(const NodeId* cells) {
  for (size_t q = 0; q < width_; ++q) {
    const RecodingColumn& column = problem_.columns[q];
    NodeId node = cells[q];
    for (uint32_t depth = column.tree->depth(node) + 1; depth-- > 0;) {
      path_costs_[q * path_stride_ + depth] = column.cost[node];
      node = column.tree->parent(node);
    }
  }
}

void NearestRows::FillTable(const NodeId* cells) {
  for (size_t q = 0; q < width_; ++q) {
    const RecodingColumn& column = problem_.columns[q];
    for (size_t slot = slot_begins_[q]; slot < slot_begins_[q + 1]; ++slot) {
      const NodeId joined = column.tree->Join(cells[q], slot_nodes_[slot]);
      costs_[slot] = column.cost[joined];
      depths_[slot] = static_cast<uint8_t>(column.tree->depth(joined));
    }
  }
}

void NearestRows::Make(uint32_t local, size_t most, List* list) {
  FillTable(problem_.row(ids_[local]));
  list->rows.clear();
  const uint32_t* slot = slots_.data();
  for (const uint32_t other : free_) {
    float cost = 0;
    for (size_t q = 0; q < width_; ++q) cost += costs_[slot[q]];
    slot += width_;
    if (other != local) list->rows.push_back({cost, other});
  }
  const auto nearer = [](const Near& a, const Near& b) {
    return a.cost != b.cost ? a.cost < b.cost : a.local < b.local;
  };
  list->complete = list->rows.size() <= most;
  if (!list->complete && problem_.sensitive.empty()) {
    std::nth_element(list->rows.begin(), list->rows.begin() + static_cast<std::ptrdiff_t>(most),
                     list->rows.end(), nearer);
    list->rows.resize(most);
  }
  std::sort(list->rows.begin(), list->rows.end(), nearer);
  if (!list->complete && !problem_.sensitive.empty()) KeepSomeOfEach(most, list);
  list->depths.resize(list->rows.size() * width_);
  uint8_t* depth = list->depths.data();
  for (const Near& near : list->rows) {
    const uint32_t* of = &slots_[where_[near.local] * width_];
    for (size_t q = 0; q < width_; ++q) *depth++ = depths_[of[q]];
  }
}

void NearestRows::KeepSomeOfEach(size_t most, List* list) {
  const SensitiveRule& rule = problem_.sensitive[0];
  of_code_.assign(rule.share.size(), 0);
  size_t kept = 0;
  for (size_t i = 0; i < list->rows.size(); ++i) {
    const size_t before = of_code_[rule.codes[ids_[list->rows[i].local]]]++;
    if (i < most || before < kOfEachValue) list->rows[kept++] = list->rows[i];
  }
  list->rows.resize(kept);
}

void NearestRows::KeepFree(List* list) const {
  size_t kept = 0;
  for (size_t i = 0; i < list->rows.size(); ++i) {
    if (!is_free(list->rows[i].local)) continue;
    if (kept != i) {
      list->rows[kept] = list->rows[i];
      std::copy_n(&list->depths[i * width_], width_, &list->depths[kept * width_]);
    }
    ++kept;
  }
  list->rows.resize(kept);
}

const NearestRows::List& NearestRows::Of(uint32_t local) {
  const size_t beside = size_t{3} * problem_.k;
  List& list = lists_[local];
  SetPath(problem_.row(ids_[local]));
  KeepFree(&list);
  if (list.rows.empty() || (!list.complete && list.rows.size() < kLeft + problem_.k)) {
    Make(local, kListed + beside, &list);
  }
  return list;
}

const NearestRows::List& NearestRows::AllOf(uint32_t local) {
  SetPath(problem_.row(ids_[local]));
  Make(local, free_.size(), &all_);
  return all_;
}

}  // namespace blindlink::agent
