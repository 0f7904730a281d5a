#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "agent/risk/group_tally.h"
#include "agent/risk/nearest_rows.h"
#include "agent/risk/recoding_problem.h"

namespace blindlink::agent {

// Groups a few thousand rows at most, greedily, cheapest group first: every row looks for the
// cheapest group around it, and of all these the cheapest becomes a group, until no row can found
// one. (Groups of rows that are equal cost nothing and come first; what is unusual comes last and
// takes what is left, so that it spoils few others.) Then each row left over joins the group that
// suffers least, if that may stand with it. Takes time in the square of the rows. Not thread-safe;
// `problem` must outlive it.
class GroupBuilder {
 public:
  explicit GroupBuilder(const RecodingProblem& problem);

  // Groups `rows`. Returns the groups; `homeless` gets the rows that none may stand with.
  Grouping Build(absl::Span<const uint32_t> rows, std::vector<uint32_t>* homeless);
  // Adds rows to groups, which may stand: each to the one that suffers least and may stand with it;
  // if there is none, near groups are merged. All of them together must be able to stand.
  Grouping Settle(const Grouping& groups, absl::Span<const uint32_t> homeless);

 private:
  struct Group {
    std::vector<uint32_t> rows;
    std::vector<NodeId> nodes;
    float cost = 0;  // of one row
    // Whether it may stand with one more row, by the numbers of that row's sensitive values.
    std::vector<std::pair<uint64_t, bool>> accepts;
  };
  // A group that could be: around row `local`, its other members in best_.
  struct Offer {
    float cost;
    uint32_t local;
    // The cheapest first; equal ones in the order of the rows.
    bool operator>(const Offer& other) const {
      return std::pair(cost, local) > std::pair(other.cost, other.local);
    }
  };

  void FoundGroups();
  void FoundCheapest(std::vector<Offer> offers);
  // Finds the cheapest group around a free row: sets best_ and best_cost_ (infinite if none).
  void Seek(uint32_t local);
  void GrowFrom(const NearestRows::List& list);
  float CostWithCandidate(const NearestRows::List& list, size_t i) const;
  // The first candidate from `from` on that does not raise the cost; the number of candidates if
  // none.
  size_t NextInside(const NearestRows::List& list, size_t from, float cost_now) const;
  // The free candidate that makes the group cost least, of those that help; the number of
  // candidates if none does.
  size_t NextMember(const NearestRows::List& list, float cost_now, float* cost) const;
  void FoundGroup(uint32_t local);
  // Adds a row to the group that suffers least and may stand with it; false if none may.
  bool Place(uint32_t row);
  // Merges the row with one near group after the other until they may stand.
  void PlaceByMerging(uint32_t row);
  size_t CheapestToMerge(const Group& with) const;
  float CostWith(const Group& group, const NodeId* cells) const;
  void AddTo(Group* group, uint32_t row) const;
  // Whether rows of this cost have no quasi-identifier left. They would count as suppressed, so
  // such groups are made only if there is no other way.
  bool LeavesNothing(float cost) const { return cost > cost_of_nothing_ - 1e-4F; }
  bool IsWhole(const Group& group);
  bool Accepts(Group* group, uint32_t row);
  Grouping Built() const;

  const RecodingProblem& problem_;
  const size_t width_;
  float cost_of_nothing_ = 0;
  GroupTally tally_;
  NearestRows nearest_;
  std::vector<uint8_t> depths_;  // of the group that grows, on the path of its founder
  std::vector<char> chosen_;     // per candidate
  std::vector<uint32_t> trial_;  // local numbers
  std::vector<uint32_t> best_;   // local numbers, without the founder
  float best_cost_ = 0;
  std::vector<Group> built_;
};

}  // namespace blindlink::agent
