#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "common/entity/entity_grower.h"
#include "resolver/linkage/record_order.h"
#include "resolver/results/named_decision.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// What people decided about records of a run, by rank, and what the run made of it. Not
// thread-safe.
class DecidedPairs {
 public:
  DecidedPairs() = default;
  // Finds the records. Decisions about records that the run does not have are only counted; of
  // several about one pair, one that is no link counts. DATA_LOSS.
  static absl::StatusOr<DecidedPairs> Find(absl::Span<const NamedDecision> decisions,
                                           const RecordOrder& order,
                                           const RowFileReader<RecordRow>& records);

  bool empty() const { return rows_.empty(); }

  // --- Before entities grow: about this very pair ---
  bool IsLink(uint32_t left, uint32_t right) const;
  bool IsDoNotLink(uint32_t left, uint32_t right) const;
  // The pair's score, if it is decided: the weakest links give way.
  void NoteScore(uint32_t left, uint32_t right, double score);
  std::vector<EntityDecision> Constraints() const;

  // --- After ---
  // `first`: for each rank the lowest in its entity.
  void SetEntities(const EntityGrower& grown, const std::vector<uint32_t>& first);
  // Whether the pair is a link that the run follows.
  bool IsFollowed(uint32_t left, uint32_t right) const;
  // Whether two entities, by their first ranks, hold records that must be apart.
  bool AreKeptApart(uint32_t left_first, uint32_t right_first) const;
  // In the order of left, right.
  const std::vector<DecidedRow>& rows() const { return rows_; }
  void Fill(v1::RunDecisions* counts) const;

 private:
  size_t PlaceOf(uint32_t left, uint32_t right) const;  // rows_.size() if the pair is not decided

  std::vector<DecidedRow> rows_;
  std::vector<double> scores_;  // by row
  uint64_t not_in_run_ = 0;
  uint64_t joins_refused_ = 0;
  uint64_t entities_ = 0;
  // Entities that hold records which must be apart, by their first ranks.
  absl::flat_hash_set<std::pair<uint32_t, uint32_t>> apart_;
};

}  // namespace blindlink::resolver
