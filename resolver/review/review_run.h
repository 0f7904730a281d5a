#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/status/statusor.h"
#include "resolver/results/run_explanation.h"
#include "resolver/review/review_queue.h"

namespace blindlink::resolver {

// A finished run as people review it. Thread-safe.
class ReviewRun {
 public:
  // Reads the run once (ReviewQueue::Make).
  static absl::StatusOr<std::shared_ptr<const ReviewRun>> Make(
      std::unique_ptr<const RunExplanation> run);

  const std::string& name() const { return explanation_->run().run(); }
  const RunExplanation& explanation() const { return *explanation_; }
  const ReviewQueue& queue() const { return *queue_; }
  // Any pair of the run, as the queue shows it (QueuedPairOf). Kept once it was asked for.
  absl::StatusOr<QueuedPair> Find(const NamedPair& pair) const;

 private:
  ReviewRun(std::unique_ptr<const RunExplanation> explanation,
            std::unique_ptr<const ReviewQueue> queue);

  const std::unique_ptr<const RunExplanation> explanation_;
  const std::unique_ptr<const ReviewQueue> queue_;
  std::map<NamedPair, size_t> place_;  // in the queue
  mutable std::mutex mutex_;
  mutable std::map<NamedPair, QueuedPair> others_;
};

}  // namespace blindlink::resolver
