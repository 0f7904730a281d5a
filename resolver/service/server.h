#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/config/v1/resolver_config.pb.h"
#include "common/crypto/self_signed.h"
#include "grpcpp/channel.h"
#include "grpcpp/server.h"
#include "resolver/audit/audit_log.h"
#include "resolver/authz/client_list.h"
#include "resolver/project/project_store.h"
#include "resolver/service/access_service.h"
#include "resolver/service/audit_service.h"
#include "resolver/service/call_gate.h"
#include "resolver/service/certificate_watch.h"
#include "resolver/service/entity_change_service.h"
#include "resolver/service/explanation_service.h"
#include "resolver/service/health.h"
#include "resolver/service/key_exchange_service.h"
#include "resolver/service/key_rotation_service.h"
#include "resolver/service/linkage_service.h"
#include "resolver/service/overview_service.h"
#include "resolver/service/party_limits.h"
#include "resolver/service/project_service.h"
#include "resolver/service/refusal_audit.h"
#include "resolver/service/result_service.h"
#include "resolver/service/retention_clock.h"
#include "resolver/service/retention_service.h"
#include "resolver/service/review_service.h"
#include "resolver/service/self_call.h"
#include "resolver/service/upload_service.h"
#include "resolver/service/watchdog.h"
#include "resolver/service/withdrawal_service.h"
#include "resolver/service/work_service.h"

namespace blindlink::resolver {

// Serves the resolver's services and the standard health service over mutual TLS 1.3 only, with
// gRPC's limits set. The health service says SERVING as long as the resolver's own calls are
// answered.
class Server {
 public:
  // Listens. RequireTls13Only (common/rpc/tls_policy.h) must have succeeded before. Checks
  // certificate and key first (codes as common/crypto/certificate.h); UNAVAILABLE if the address
  // cannot be bound; INTERNAL if a connection without a certificate is not rejected, or a call of
  // the resolver itself is not answered. `dead` is called, in a thread of the server, if the
  // listener no longer answers; it must end the process.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const config::v1::ResolverConfig& config,
                                                       ClientList& clients, ProjectStore& store,
                                                       AuditLog& audit, std::function<void()> dead);
  // Whether certificate, key and client CA can be used together; part of Start.
  static absl::Status CheckCertificates(const config::v1::ResolverConfig& config);
  // Waits a while for calls in progress to finish, then stops.
  ~Server();

  int port() const { return port_; }

  // For another listener of this process, which must end before this object: a channel that does
  // not leave the process, and what it shares with the gRPC listener.
  std::shared_ptr<grpc::Channel> InProcessChannel();
  const OnBehalf& on_behalf() const { return gate_.on_behalf(); }
  const CertificateWatch& certificates() const { return *certificates_; }
  PartyLimits& limits() { return limits_; }
  const HealthSource& health() const { return health_; }

 private:
  Server(const config::v1::ResolverConfig& config, SelfSigned own, ClientList& clients,
         ProjectStore& store, AuditLog& audit);
  absl::Status Listen(const config::v1::ResolverConfig& config, ClientList& clients);
  absl::Status Test(const config::v1::ResolverConfig& config);
  void StartWatchdog(const config::v1::ResolverConfig& config, std::function<void()> dead);

  // How the resolver reaches itself now.
  SelfAddress Address() const;

  const SelfSigned own_;  // the certificate with which the resolver calls itself
  std::string host_and_port_;
  std::unique_ptr<CertificateWatch> certificates_;
  PartyLimits limits_;
  RefusalAudit refusals_;
  CallGate gate_;
  AuditService audit_service_;
  ProjectService project_service_;
  UploadService upload_service_;
  LinkageService linkage_service_;
  KeyRotationService key_rotation_service_;
  ExplanationService explanation_service_;
  ResultService result_service_;
  KeyExchangeService key_exchange_service_;
  AccessService access_service_;
  RetentionService retention_service_;
  WithdrawalService withdrawal_service_;
  EntityChangeService entity_change_service_;
  ReviewService review_service_;
  WorkBoard& board_;
  WorkService work_service_;
  HealthSource health_;
  OverviewService overview_service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Watchdog> watchdog_;
  RetentionClock retention_clock_;
  int port_ = 0;
};

}  // namespace blindlink::resolver
