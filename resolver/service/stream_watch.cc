#include "resolver/service/stream_watch.h"

#include <utility>

namespace blindlink::resolver {

StreamWatch::StreamWatch() : thread_([this] { Run(); }) {}

StreamWatch::~StreamWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

StreamWatch::Waiting::iterator StreamWatch::Add(grpc::ServerContext& context,
                                                Clock::duration limit) {
  const std::lock_guard lock(mutex_);
  const auto entry = waiting_.emplace(Clock::now() + limit, &context);
  if (entry == waiting_.begin()) changed_.notify_one();
  return entry;
}

bool StreamWatch::Remove(Waiting::iterator entry) {
  const std::lock_guard lock(mutex_);
  const bool in_time = entry->second != nullptr;
  (in_time ? waiting_ : too_late_).erase(entry);
  return in_time;
}

void StreamWatch::Run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (waiting_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = waiting_.begin();
    // A copy: the entry may be gone before the wait ends.
    const Clock::time_point deadline = first->first;
    if (deadline > Clock::now()) {
      changed_.wait_until(lock, deadline);
      continue;
    }
    // The context lives at least until its thread has called Remove().
    std::exchange(first->second, nullptr)->TryCancel();
    too_late_.insert(waiting_.extract(first));
  }
}

}  // namespace blindlink::resolver
