#pragma once

#include "blindlink/v1/key_exchange_service.grpc.pb.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/key_exchange_service.proto over the project store. Thread-safe.
class KeyExchangeService final : public v1::KeyExchange::Service {
 public:
  KeyExchangeService(CallGate& gate, ProjectStore& store) : gate_(gate), store_(store) {}

  grpc::Status PublishExchangeKey(grpc::ServerContext* context,
                                  const v1::PublishExchangeKeyRequest* request,
                                  v1::KeyExchangeState* response) override;
  grpc::Status GetKeyExchange(grpc::ServerContext* context,
                              const v1::GetKeyExchangeRequest* request,
                              v1::KeyExchangeState* response) override;
  grpc::Status SendKeyEnvelopes(grpc::ServerContext* context,
                                const v1::SendKeyEnvelopesRequest* request,
                                v1::KeyExchangeState* response) override;
  grpc::Status ReceiveKeyEnvelopes(grpc::ServerContext* context,
                                   const v1::GetKeyExchangeRequest* request,
                                   v1::ReceiveKeyEnvelopesResponse* response) override;
  grpc::Status ConfirmTokenKey(grpc::ServerContext* context,
                               const v1::ConfirmTokenKeyRequest* request,
                               v1::KeyExchangeState* response) override;

 private:
  CallGate& gate_;
  ProjectStore& store_;
};

}  // namespace blindlink::resolver
