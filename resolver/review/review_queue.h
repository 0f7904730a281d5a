#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/v1/review_service.pb.h"
#include "resolver/results/run_explanation.h"
#include "resolver/review/named_pair.h"

namespace blindlink::resolver {

// A pair of a run that is worth a look.
struct QueuedPair {
  NamedPair pair;
  v1::ReviewReason reason = v1::REVIEW_REASON_UNSPECIFIED;
  PairOutcome outcome = PairOutcome::kOutcomes;
  double score = 0;
  bool by_score = false;      // the score is a probability
  uint32_t left_entity = 0;   // records
  uint32_t right_entity = 0;  // 0 if both are in one
  // How unsure the pair is, times the pairs of records that become one person or two with it.
  double usefulness = 0;
};

// The pairs of a run that are worth a look, from what the run keeps: those that scored in the bands
// low and review, those that reached the threshold and were refused, those whose entity would have
// been too large, and links that were dropped. Immutable; thread-safe.
class ReviewQueue {
 public:
  // More are left out, the least useful first.
  static constexpr size_t kMostPairs = 50'000;

  // Reads all that the run considered once, and holds 8 bytes per record meanwhile.
  static absl::StatusOr<std::unique_ptr<const ReviewQueue>> Make(const RunExplanation& run,
                                                                 size_t most_pairs = kMostPairs);

  // The most useful first.
  const std::vector<QueuedPair>& pairs() const { return pairs_; }
  // Of all pairs, those that were left out too.
  const std::map<v1::ReviewReason, uint64_t>& counts() const { return counts_; }
  uint64_t left_out() const { return left_out_; }

 private:
  std::vector<QueuedPair> pairs_;
  std::map<v1::ReviewReason, uint64_t> counts_;
  uint64_t left_out_ = 0;
};

// Any pair of the run as the queue would show it, with REVIEW_REASON_UNSPECIFIED if the queue would
// not. NOT_FOUND if the run has none of its records.
absl::StatusOr<QueuedPair> QueuedPairOf(const RunExplanation& run, const NamedPair& pair);

}  // namespace blindlink::resolver
