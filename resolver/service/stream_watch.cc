#include "resolver/service/stream_watch.h"

#include <algorithm>

namespace blindlink::resolver {
namespace {

constexpr auto kBetweenChecks = std::chrono::seconds(1);

}  // namespace

StreamWatch::StreamWatch() : thread_([this] { Watch(); }) {}

StreamWatch::~StreamWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

StreamWatch::Waiting::iterator StreamWatch::Add(grpc::ServerContext& context, Clock::duration limit,
                                                const Allowed& allowed) {
  const std::lock_guard lock(mutex_);
  const auto entry = waiting_.emplace(Clock::now() + limit, Wait{&context, &allowed});
  if (entry == waiting_.begin()) changed_.notify_one();
  return entry;
}

StreamWatch::Outcome StreamWatch::Remove(Waiting::iterator entry) {
  const std::lock_guard lock(mutex_);
  const Outcome outcome = entry->second.outcome;
  (outcome == Outcome::kDone ? waiting_ : cancelled_).erase(entry);
  return outcome;
}

// The context lives at least until its thread has called Remove().
void StreamWatch::Cancel(Waiting::iterator entry, Outcome outcome) {
  entry->second.outcome = outcome;
  entry->second.context->TryCancel();
  cancelled_.insert(waiting_.extract(entry));
}

void StreamWatch::CancelThoseNotAllowed() {
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    const auto next = std::next(entry);
    if (!(*entry->second.allowed)()) Cancel(entry, Outcome::kNotAllowed);
    entry = next;
  }
}

void StreamWatch::Watch() {
  std::unique_lock lock(mutex_);
  Clock::time_point next_check = Clock::now() + kBetweenChecks;
  while (!ending_) {
    if (waiting_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const Clock::time_point now = Clock::now();
    const auto first = waiting_.begin();
    if (first->first <= now) {
      Cancel(first, Outcome::kTooLate);
    } else if (next_check <= now) {
      CancelThoseNotAllowed();
      next_check = now + kBetweenChecks;
    } else {
      changed_.wait_until(lock, std::min(next_check, Clock::time_point(first->first)));
    }
  }
}

}  // namespace blindlink::resolver
