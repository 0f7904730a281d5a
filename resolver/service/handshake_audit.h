#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/strings/string_view.h"
#include "resolver/audit/audit_log.h"
#include "resolver/authz/identity.h"
#include "resolver/service/handshake_tally.h"

namespace blindlink::resolver {

// Enters refused TLS connections into the audit log (handshake_tally.h says when). While the log
// cannot be written they are counted. Thread-safe.
class HandshakeAudit {
 public:
  // The log must outlive the object.
  explicit HandshakeAudit(AuditLog& audit);
  // Enters what is counted.
  ~HandshakeAudit();
  HandshakeAudit(const HandshakeAudit&) = delete;
  HandshakeAudit& operator=(const HandshakeAudit&) = delete;

  // `client` is who the certificate names, if it is one of the clients' CA; null if nobody can say.
  // Does not wait for the disk.
  void Note(const Identity* client, absl::string_view reason);

 private:
  void Run();
  void EnterDue();

  AuditLog& audit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  HandshakeTally tally_;
  std::thread thread_;
};

}  // namespace blindlink::resolver
