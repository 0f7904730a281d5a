#pragma once

#include "blindlink/v1/access_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/access_service.proto over the project store. Thread-safe.
class AccessService final : public v1::Access::Service {
 public:
  AccessService(CallGate& gate, ProjectStore& store) : gate_(gate), store_(store) {}

  grpc::Status RequestAccess(grpc::ServerContext* context, const v1::AccessRequest* request,
                             v1::Grant* response) override;
  grpc::Status ListGrants(grpc::ServerContext* context, const v1::ListGrantsRequest* request,
                          v1::ListGrantsResponse* response) override;
  grpc::Status GetGrant(grpc::ServerContext* context, const v1::GetGrantRequest* request,
                        v1::Grant* response) override;
  grpc::Status DecideAccess(grpc::ServerContext* context, const v1::DecideAccessRequest* request,
                            v1::Grant* response) override;
  grpc::Status RevokeAccess(grpc::ServerContext* context, const v1::RevokeAccessRequest* request,
                            v1::Grant* response) override;
  grpc::Status IssueRelinkToken(grpc::ServerContext* context, const v1::GetGrantRequest* request,
                                v1::RelinkToken* response) override;
  grpc::Status Relink(grpc::ServerContext* context, const v1::RelinkRequest* request,
                      v1::RelinkResponse* response) override;

 private:
  // Passes a call about a project through the gate to `handle(Project&, const Identity&)`.
  template <typename Handle>
  grpc::Status Pass(grpc::ServerContext* context, const char* method, const CallSubject& subject,
                    const Handle& handle);
  // INVALID_ARGUMENT and others, if the pseudonyms cannot be turned back.
  static absl::Status TurnBack(Project& project, const std::string& site,
                               const v1::RelinkRequest& request, v1::RelinkResponse* response);

  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
