#pragma once

#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/config/v1/keyserver_config.pb.h"
#include "blindlink/keyserver/v1/key_server_service.grpc.pb.h"
#include "common/oprf/oprf_key.h"
#include "grpcpp/server_context.h"
#include "keyserver/quota/daily_counts.h"

namespace blindlink::keyserver {

// Answers the sites: who calls, what the day's count allows, the elements; and logs how many, never
// which. Thread-safe.
class KeyServerService : public v1::KeyServer::Service {
 public:
  // `keys` by project. The references must outlive the service.
  KeyServerService(const config::v1::KeyServerConfig& config,
                   const std::map<std::string, OprfKey>& keys, DailyCounts& counts)
      : config_(config), keys_(keys), counts_(counts) {}

  grpc::Status Evaluate(grpc::ServerContext* context, const v1::EvaluateRequest* request,
                        v1::EvaluateReply* reply) override;

 private:
  absl::StatusOr<v1::EvaluateReply> Answer(const grpc::ServerContext& context,
                                           const v1::EvaluateRequest& request);

  const config::v1::KeyServerConfig& config_;
  const std::map<std::string, OprfKey>& keys_;
  DailyCounts& counts_;
};

}  // namespace blindlink::keyserver
