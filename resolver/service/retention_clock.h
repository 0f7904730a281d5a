#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "resolver/audit/audit_log.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// Once a second, in a thread of its own: ends grants that have expired, removes datasets, the
// results of runs and whole projects that have reached their end (Retention), and what is left of
// purged projects; has withdrawals that failed tried again, and those that are done entered in the
// audit log. Store, gate and log must outlive the clock.
class RetentionClock {
 public:
  RetentionClock(ProjectStore& store, CallGate& gate, AuditLog& audit);
  ~RetentionClock();
  RetentionClock(const RetentionClock&) = delete;
  RetentionClock& operator=(const RetentionClock&) = delete;

 private:
  void Run();
  void Tick();
  void TickProject(Project& project, int64_t now);

  ProjectStore& store_;
  CallGate& gate_;
  AuditLog& audit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace blindlink::resolver
