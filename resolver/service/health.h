#pragma once

#include <cstdint>
#include <string>

#include "blindlink/v1/overview_service.pb.h"
#include "resolver/audit/audit_log.h"
#include "resolver/authz/client_list.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"
#include "resolver/service/certificate_watch.h"

namespace blindlink::resolver {

// How the resolver is at a moment, in numbers: for the overview's call and for the metrics.
// Thread-safe once Watch was called.
class HealthSource {
 public:
  // The references must outlive this object.
  struct Parts {
    std::string data_directory;
    const ClientList& clients;
    const ProjectStore& store;
    const AuditLog& audit;
    CallGate& gate;
  };
  explicit HealthSource(Parts parts);

  // Whose days are counted; before the first call of Now.
  void Watch(const CertificateWatch* certificates) { certificates_ = certificates; }

  // May take as long as it takes to look at every upload and run. What cannot be found out, as the
  // room on a disk that does not answer, is 0.
  v1::Health Now() const;

 private:
  const Parts parts_;
  const int64_t started_;
  const CertificateWatch* certificates_ = nullptr;
};

}  // namespace blindlink::resolver
