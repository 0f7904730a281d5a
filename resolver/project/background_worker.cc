#include "resolver/project/background_worker.h"

#include <malloc.h>

#include <utility>

namespace blindlink::resolver {

void BackgroundWorker::Enqueue(Task task) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  tasks_.push_back(std::move(task));
  changed_.notify_one();
}

void BackgroundWorker::BeginStop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  tasks_.clear();
  changed_.notify_one();
}

void BackgroundWorker::Stop() {
  BeginStop();
  if (thread_.joinable()) thread_.join();
}

void BackgroundWorker::Loop() {
  while (true) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
      if (stopping_) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
    // Return the memory used for sorting to the system at once rather than at the next task.
    malloc_trim(0);
  }
}

}  // namespace blindlink::resolver
