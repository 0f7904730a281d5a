#pragma once

#include "absl/status/status.h"
#include "blindlink/v1/audit_service.grpc.pb.h"
#include "resolver/audit/audit_log.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// Shows parties what the audit log holds of their own calls, and coordinators all of it.
// Thread-safe.
class AuditService final : public v1::Audit::Service {
 public:
  AuditService(CallGate& gate, const AuditLog& log) : gate_(gate), log_(log) {}

  grpc::Status GetHead(grpc::ServerContext* context, const v1::GetAuditHeadRequest* request,
                       v1::AuditHead* response) override;
  grpc::Status GetConsistency(grpc::ServerContext* context,
                              const v1::GetAuditConsistencyRequest* request,
                              v1::AuditProof* response) override;
  grpc::Status GetReceipt(grpc::ServerContext* context, const v1::GetAuditReceiptRequest* request,
                          v1::AuditReceipts* response) override;
  grpc::Status ExportEntries(grpc::ServerContext* context,
                             const v1::ExportAuditEntriesRequest* request,
                             grpc::ServerWriter<v1::AuditEntryChunk>* writer) override;

 private:
  absl::Status MakeReceipts(const Party& caller, const v1::GetAuditReceiptRequest& request,
                            v1::AuditReceipts* response) const;
  absl::Status SendEntries(Call& call, const v1::ExportAuditEntriesRequest& request,
                           grpc::ServerWriter<v1::AuditEntryChunk>* writer) const;

  CallGate& gate_;
  const AuditLog& log_;
};

}  // namespace blindlink::resolver
