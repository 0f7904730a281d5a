#include "resolver/service/watchdog.h"

#include <string>
#include <utility>

#include "common/telemetry/log.h"

namespace blindlink::resolver {

Watchdog::Watchdog(Options options) : options_(std::move(options)), thread_([this] { Run(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Watchdog::Run() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, options_.interval, [&] { return ending_; })) {
    lock.unlock();
    CallOnce();
    lock.lock();
  }
}

void Watchdog::CallOnce() {
  const absl::Status status = options_.call();
  Note(status);
  if (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) {
    if (++failures_ >= options_.failures) options_.dead();
  } else {
    failures_ = 0;
  }
}

void Watchdog::Note(const absl::Status& status) {
  if (status.ok() != healthy_ || !status.ok()) options_.set_healthy(status.ok());
  if (!status.ok()) {
    spdlog::warn("event=self-call-failed code={} why={}", absl::StatusCodeToString(status.code()),
                 LogQuote(status.message()));
  } else if (!healthy_) {
    spdlog::info("event=self-call-answered-again");
  }
  healthy_ = status.ok();
}

}  // namespace blindlink::resolver
