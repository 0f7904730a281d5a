#include "resolver/results/small_overlaps.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace blindlink::resolver {
namespace {

// What whoever sees the shown cells knows of one.
struct Bounds {
  int64_t low = 0;
  int64_t high = 0;
};

class Overlaps {
 public:
  Overlaps(std::vector<v1::OverlapCell>* cells, int64_t largest_small)
      : cells_(*cells), largest_small_(largest_small) {
    std::set<std::string> sites;
    for (size_t i = 0; i < cells_.size(); ++i) {
      sites.insert({cells_[i].left_site(), cells_[i].right_site()});
      at_[NameOf(cells_[i].left_site(), cells_[i].right_site())] = i;
    }
    sites_.assign(sites.begin(), sites.end());
  }

  void Suppress() {
    const auto is_small = [&](const v1::OverlapCell& cell) {
      return cell.entities() >= 1 && static_cast<int64_t>(cell.entities()) <= largest_small_;
    };
    for (v1::OverlapCell& cell : cells_) cell.set_suppressed(is_small(cell));
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t i = 0; i < cells_.size(); ++i) {
        const bool small = cells_[i].suppressed() && !cells_[i].withheld();
        if (!small || cells_[i].left_site() == cells_[i].right_site()) continue;
        while (WithholdOne(cells_[i])) changed = true;
      }
    }
  }

 private:
  using Name = std::pair<std::string, std::string>;
  static Name NameOf(const std::string& left, const std::string& right) {
    return {std::min(left, right), std::max(left, right)};
  }

  const v1::OverlapCell* Find(const std::string& left, const std::string& right) const {
    const auto found = at_.find(NameOf(left, right));
    return found == at_.end() ? nullptr : &cells_[found->second];
  }

  // Of a cell as it is shown. An overlap that is withheld lies between none and all of its smaller
  // site, and within what its overlaps with third sites tell, up to `depth` of these.
  Bounds Known(const std::string& left, const std::string& right, int depth) const {
    constexpr int64_t kUnbounded = int64_t{1} << 40;
    const v1::OverlapCell* cell = Find(left, right);
    if (cell == nullptr) return {0, kUnbounded};
    if (!cell->suppressed()) {
      const auto entities = static_cast<int64_t>(cell->entities());
      return {entities, entities};
    }
    if (!cell->withheld()) return {1, largest_small_};
    Bounds known{0, std::min(Known(left, left, 0).high, Known(right, right, 0).high)};
    for (const std::string& third : sites_) {
      if (depth == 0 || third == left || third == right) continue;
      const Bounds told = Through(third, left, right, depth - 1);
      known = {std::max(known.low, told.low), std::min(known.high, told.high)};
    }
    return known;
  }

  // What the overlaps of `left` and `right` with a third site tell of their own.
  Bounds Through(const std::string& third, const std::string& left, const std::string& right,
                 int depth) const {
    const Bounds with_left = Known(left, third, depth);
    const Bounds with_right = Known(right, third, depth);
    return {with_left.low + with_right.low - Known(third, third, 0).high,
            std::min(with_right.high + Known(left, left, 0).high - with_left.low,
                     with_left.high + Known(right, right, 0).high - with_right.low)};
  }

  // Withholds an overlap that narrows the limits of a suppressed one. False if none does.
  bool WithholdOne(const v1::OverlapCell& small) {
    const std::string& left = small.left_site();
    const std::string& right = small.right_site();
    v1::OverlapCell* smallest = nullptr;
    for (const std::string& third : sites_) {
      if (third == left || third == right) continue;
      const Bounds told = Through(third, left, right, /*depth=*/1);
      if (told.low <= 1 && told.high >= largest_small_) continue;
      for (const std::string& side : {left, right}) {
        const auto found = at_.find(NameOf(side, third));
        if (found == at_.end() || cells_[found->second].suppressed()) continue;
        v1::OverlapCell& cell = cells_[found->second];
        if (smallest == nullptr || cell.entities() < smallest->entities()) smallest = &cell;
      }
    }
    if (smallest == nullptr) return false;
    smallest->set_suppressed(true);
    smallest->set_withheld(true);
    return true;
  }

  std::vector<v1::OverlapCell>& cells_;
  const int64_t largest_small_;
  std::vector<std::string> sites_;
  std::map<Name, size_t> at_;
};

}  // namespace

std::vector<v1::OverlapCell> SuppressSmall(std::vector<v1::OverlapCell> cells,
                                           uint64_t largest_small) {
  Overlaps(&cells, static_cast<int64_t>(largest_small)).Suppress();
  for (v1::OverlapCell& cell : cells) {
    if (cell.suppressed()) cell.clear_entities();
  }
  return cells;
}

}  // namespace blindlink::resolver
