#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "agent/risk/recoding_problem.h"

namespace blindlink::agent {

// Of a few thousand rows, those that are nearest to one of them: that cost least in a group with
// it. Rows are called by their number among those at hand ("local"). Not thread-safe; `problem`
// must outlive it.
class NearestRows {
 public:
  struct Near {
    float cost;  // of a group of the two rows, for one row
    uint32_t local;
  };
  // The rows that were nearest when the list was made, nearest first.
  struct List {
    std::vector<Near> rows;
    // For each of them and each column: the depth of the smallest node that holds both values. All
    // such nodes lie on the path from the row's value to the root, so a group around the row is
    // told by one depth per column.
    std::vector<uint8_t> depths;
    bool complete = false;  // has every row that was free
  };

  explicit NearestRows(const RecodingProblem& problem);

  // Takes rows in place of earlier ones; all are free.
  void Load(absl::Span<const uint32_t> rows);
  size_t size() const { return ids_.size(); }
  uint32_t id(uint32_t local) const { return ids_[local]; }
  bool is_free(uint32_t local) const { return where_[local] != kTaken; }
  size_t free_count() const { return free_.size(); }
  // Of the free rows the i-th, in any order.
  uint32_t free_row(size_t i) const { return free_[i]; }
  void Take(uint32_t local);

  // The free rows nearest to `local`; the list is kept and not made again before most of it is
  // taken. Valid until the next call.
  const List& Of(uint32_t local);
  // All free rows.
  const List& AllOf(uint32_t local);

  // The cost of the node at `depth` on the path of the row that was asked for last.
  float PathCost(size_t column, uint8_t depth) const {
    return path_costs_[column * path_stride_ + depth];
  }

 private:
  static constexpr uint32_t kTaken = ~uint32_t{0};

  void SetPath(const NodeId* cells);
  void FillTable(const NodeId* cells);
  void Make(uint32_t local, size_t most, List* list);
  // Shortens a sorted list to the `most` nearest and a few rows of each sensitive value.
  void KeepSomeOfEach(size_t most, List* list);
  void KeepFree(List* list) const;

  const RecodingProblem& problem_;
  const size_t width_;
  size_t path_stride_ = 1;
  std::vector<float> path_costs_;

  // The values of the rows at hand, numbered over all columns ("slots").
  struct Mark {
    uint32_t stamp = 0;
    uint32_t slot = 0;
  };
  std::vector<std::vector<Mark>> marks_;  // per column and node
  uint32_t stamp_ = 0;
  std::vector<NodeId> slot_nodes_;
  std::vector<size_t> slot_begins_;  // per column, and the end
  std::vector<float> costs_;         // per slot: of the node that holds it and the row asked for
  std::vector<uint8_t> depths_;      // per slot: of that node

  std::vector<uint32_t> ids_;
  std::vector<uint32_t> free_;
  std::vector<uint32_t> where_;  // per local number: its place in free_
  std::vector<uint32_t> slots_;  // of the free rows, in their order
  std::vector<List> lists_;      // per local number
  List all_;
  std::vector<uint32_t> of_code_;
};

}  // namespace blindlink::agent
