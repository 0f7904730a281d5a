#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "resolver/audit/audit_log.h"
#include "resolver/audit/own_decision.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"
#include "resolver/service/retry_pause.h"

namespace blindlink::resolver {

// Once a second, in a thread of its own: ends grants that have expired, removes datasets, the
// results of runs and whole projects that have reached their end (Retention), and what is left of
// purged projects; has withdrawals and ends of epochs that failed tried again. Each of these ends
// is an entry of the audit log before it has any effect, and each withdrawal is entered once it is
// done. Store, gate and log must outlive the clock.
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
  void Purge(const std::string& project, int64_t now);

  // A project whose end has come.
  struct Ending {
    bool entered = false;  // in the audit log
    RetryPause pause;
  };

  ProjectStore& store_;
  CallGate& gate_;
  AuditLog& audit_;
  const EnterDecision enter_;
  std::map<std::string, Ending> ends_;  // of the thread
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace blindlink::resolver
