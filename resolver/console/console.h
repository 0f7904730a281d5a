#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "blindlink/config/v1/resolver_config.pb.h"
#include "grpcpp/channel.h"
#include "resolver/authz/client_list.h"
#include "resolver/console/https_listener.h"
#include "resolver/console/request_guard.h"
#include "resolver/service/certificate_watch.h"
#include "resolver/service/on_behalf.h"
#include "resolver/service/party_limits.h"

namespace blindlink::resolver {

// The web console (docs/console.md): pages for a browser with a client certificate, which is the
// login. What a page shows comes from the resolver's own services, called on behalf of the visitor
// through the same gate as over gRPC; so does every change.
class Console {
 public:
  // The references must outlive the console.
  struct Parts {
    std::shared_ptr<grpc::Channel> channel;  // to the services, inside the process
    const OnBehalf& on_behalf;
    const CertificateWatch& certificates;
    ClientList& clients;
    PartyLimits& limits;
  };
  // Listens on config.console_listen. UNAVAILABLE if that cannot be bound.
  static absl::StatusOr<std::unique_ptr<Console>> Start(const config::v1::ResolverConfig& config,
                                                        Parts parts);

  int port() const { return listener_->port(); }

 private:
  explicit Console(Parts parts) : parts_(std::move(parts)) {}
  void Serve(const HttpsListener::Visit& visit, const httplib::Request& request,
             httplib::Response* response);

  const Parts parts_;
  const RequestGuard guard_;
  std::unique_ptr<HttpsListener> listener_;  // last: stops before the rest goes
};

}  // namespace blindlink::resolver
