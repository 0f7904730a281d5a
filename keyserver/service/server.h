#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/config/v1/keyserver_config.pb.h"
#include "common/oprf/oprf_key.h"
#include "grpcpp/server.h"
#include "keyserver/quota/daily_counts.h"
#include "keyserver/service/key_server_service.h"

namespace blindlink::keyserver {

// Serves the sites over mutual TLS 1.3 only. Certificate, list of sites and keys are those of the
// start: after a change it must be started again, which its clients wait for.
class Server {
 public:
  // Reads the keys and listens. RequireTls13Only (common/rpc/tls_policy.h) must have succeeded
  // before. Errors of the files first (certificate.h, key_file.h); UNAVAILABLE if the address
  // cannot be bound.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const config::v1::KeyServerConfig& config);
  // What Start reads; the keys by project.
  static absl::StatusOr<std::map<std::string, OprfKey>> CheckFiles(
      const config::v1::KeyServerConfig& config);
  // Waits a while for calls under way, then stops.
  ~Server();

  int port() const { return port_; }

 private:
  Server(const config::v1::KeyServerConfig& config, std::map<std::string, OprfKey> keys);
  absl::Status Listen();

  const config::v1::KeyServerConfig config_;
  const std::map<std::string, OprfKey> keys_;
  DailyCounts counts_;
  KeyServerService service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

}  // namespace blindlink::keyserver
