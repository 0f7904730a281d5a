#include "resolver/service/retention_clock.h"

#include <chrono>
#include <ctime>
#include <string>

#include "common/telemetry/log.h"
#include "resolver/service/withdrawal_entry.h"

namespace blindlink::resolver {
namespace {

constexpr int64_t kDay = 86400;

}  // namespace

RetentionClock::RetentionClock(ProjectStore& store, CallGate& gate, AuditLog& audit)
    : store_(store), gate_(gate), audit_(audit), enter_(DecisionsInto(audit)), thread_([this] {
        Run();
      }) {}

RetentionClock::~RetentionClock() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void RetentionClock::Run() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, std::chrono::seconds(1), [this] { return ending_; })) {
    lock.unlock();
    Tick();
    lock.lock();
  }
}

// A project that is purged meanwhile stays until RemovePurged, which only this thread calls.
void RetentionClock::Tick() {
  const int64_t now = time(nullptr);
  for (Project* project : store_.List()) TickProject(*project, now);
  store_.RemovePurged();
}

void RetentionClock::TickProject(Project& project, int64_t now) {
  const EnterDecision enter = DecisionsOfProject(project.name(), enter_);
  project.grants().Tick(now, enter);
  project.uploads().EndDatasets(now, enter);
  project.changes().RetryFailed(now);
  project.epochs().RetryFailed(now);
  EnterWithdrawals(project, audit_);
  const v1::RetentionRules& retention = project.retention();
  if (retention.run_days() > 0) {
    project.runs().RemoveStartedBefore(now - retention.run_days() * kDay, enter);
  }
  if (retention.end_unix_seconds() == 0 || now < retention.end_unix_seconds()) return;
  const std::string name = project.name();
  Purge(name, now);
}

void RetentionClock::Purge(const std::string& project, int64_t now) {
  Ending& ending = ends_[project];
  if (!ending.pause.IsOver(now)) return;
  if (!ending.entered) ending.entered = enter_(v1::PROJECT_ENDED, {{"project", project}}).ok();
  if (!ending.entered) return;
  const absl::Status purged = store_.Purge(project, gate_.CallsUntilNow());
  if (purged.ok() || absl::IsNotFound(purged)) {
    ends_.erase(project);
    return;
  }
  spdlog::error("event=project-not-purged project={} retry_seconds={} why={}", project,
                ending.pause.Begin(now), LogQuote(purged.message()));
}

}  // namespace blindlink::resolver
