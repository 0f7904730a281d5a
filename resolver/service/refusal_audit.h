#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/strings/string_view.h"
#include "resolver/audit/audit_log.h"
#include "resolver/authz/identity.h"
#include "resolver/service/refusal_tally.h"

namespace blindlink::resolver {

// Enters refused TLS connections, and calls over their party's limits, into the audit log
// (refusal_tally.h says when). While the log cannot be written they are counted. Thread-safe.
class RefusalAudit {
 public:
  // The log must outlive the object.
  explicit RefusalAudit(AuditLog& audit);
  // Enters what is counted.
  ~RefusalAudit();
  RefusalAudit(const RefusalAudit&) = delete;
  RefusalAudit& operator=(const RefusalAudit&) = delete;

  // A connection. `client` is who the certificate names, if it is one of the clients' CA; null if
  // nobody can say. Neither function waits for the disk.
  void NoteHandshake(const Identity* client, absl::string_view reason);
  void NoteCallOverLimit(const Identity& client);

 private:
  void Note(RefusalTally::Kind kind);
  void Run();
  void EnterDue();

  AuditLog& audit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  RefusalTally tally_;
  std::thread thread_;
};

}  // namespace blindlink::resolver
