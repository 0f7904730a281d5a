#include "resolver/review/review_run.h"

#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kMostKept = 100'000;

}  // namespace

ReviewRun::ReviewRun(std::unique_ptr<const RunExplanation> explanation,
                     std::unique_ptr<const ReviewQueue> queue)
    : explanation_(std::move(explanation)), queue_(std::move(queue)) {
  for (size_t i = 0; i < queue_->pairs().size(); ++i) place_[queue_->pairs()[i].pair] = i;
}

absl::StatusOr<std::shared_ptr<const ReviewRun>> ReviewRun::Make(
    std::unique_ptr<const RunExplanation> run) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<const ReviewQueue> queue, ReviewQueue::Make(*run));
  return std::shared_ptr<const ReviewRun>(new ReviewRun(std::move(run), std::move(queue)));
}

absl::StatusOr<QueuedPair> ReviewRun::Find(const NamedPair& pair) const {
  const auto queued = place_.find(pair);
  if (queued != place_.end()) return queue_->pairs()[queued->second];
  {
    const std::lock_guard lock(mutex_);
    const auto known = others_.find(pair);
    if (known != others_.end()) return known->second;
  }
  BL_ASSIGN_OR_RETURN(QueuedPair found, QueuedPairOf(*explanation_, pair));
  const std::lock_guard lock(mutex_);
  if (others_.size() < kMostKept) others_[pair] = found;
  return found;
}

}  // namespace blindlink::resolver
