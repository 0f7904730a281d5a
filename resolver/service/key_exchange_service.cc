#include "resolver/service/key_exchange_service.h"

#include "common/base/status_macros.h"

namespace blindlink::resolver {

grpc::Status KeyExchangeService::PublishExchangeKey(grpc::ServerContext* context,
                                                    const v1::PublishExchangeKeyRequest* request,
                                                    v1::KeyExchangeState* response) {
  return gate_.Pass(*context, "/blindlink.v1.KeyExchange/PublishExchangeKey", {request->project()},
                    [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      BL_RETURN_IF_ERROR(project->envelopes().Publish(caller.name, *request));
                      *response = project->envelopes().State();
                      return absl::OkStatus();
                    });
}

grpc::Status KeyExchangeService::GetKeyExchange(grpc::ServerContext* context,
                                                const v1::GetKeyExchangeRequest* request,
                                                v1::KeyExchangeState* response) {
  return gate_.Pass(*context, "/blindlink.v1.KeyExchange/GetKeyExchange", {request->project()},
                    [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      *response = project->envelopes().State();
                      return absl::OkStatus();
                    });
}

grpc::Status KeyExchangeService::SendKeyEnvelopes(grpc::ServerContext* context,
                                                  const v1::SendKeyEnvelopesRequest* request,
                                                  v1::KeyExchangeState* response) {
  return gate_.Pass(*context, "/blindlink.v1.KeyExchange/SendKeyEnvelopes", {request->project()},
                    [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      BL_RETURN_IF_ERROR(project->envelopes().Send(caller.name, *request));
                      *response = project->envelopes().State();
                      return absl::OkStatus();
                    });
}

grpc::Status KeyExchangeService::ReceiveKeyEnvelopes(grpc::ServerContext* context,
                                                     const v1::GetKeyExchangeRequest* request,
                                                     v1::ReceiveKeyEnvelopesResponse* response) {
  return gate_.Pass(*context, "/blindlink.v1.KeyExchange/ReceiveKeyEnvelopes", {request->project()},
                    [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      *response = project->envelopes().Waiting(caller.name);
                      return absl::OkStatus();
                    });
}

grpc::Status KeyExchangeService::ConfirmTokenKey(grpc::ServerContext* context,
                                                 const v1::ConfirmTokenKeyRequest* request,
                                                 v1::KeyExchangeState* response) {
  return gate_.Pass(*context, "/blindlink.v1.KeyExchange/ConfirmTokenKey", {request->project()},
                    [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      BL_RETURN_IF_ERROR(project->envelopes().Confirm(caller.name, *request));
                      *response = project->envelopes().State();
                      return absl::OkStatus();
                    });
}

}  // namespace blindlink::resolver
