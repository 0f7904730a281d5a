#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "blindlink/v1/project_service.pb.h"
#include "grpcpp/channel.h"

namespace blindlink::agent {

// The project as the resolver has it, with its plan. Has a deadline; errors as common/rpc/status.h.
absl::StatusOr<v1::ProjectInfo> GetProject(const std::shared_ptr<grpc::Channel>& channel,
                                           const std::string& name);

}  // namespace blindlink::agent
