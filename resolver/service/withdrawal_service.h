#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/withdrawal_service.grpc.pb.h"
#include "resolver/audit/audit_log.h"
#include "resolver/project/project_store.h"
#include "resolver/service/call_gate.h"

namespace blindlink::resolver {

// proto/blindlink/v1/withdrawal_service.proto over the project store. Whoever first sees that a
// withdrawal is done has it entered in the audit log; if nobody asks, the retention clock does.
// Thread-safe.
class WithdrawalService final : public v1::Withdrawal::Service {
 public:
  WithdrawalService(CallGate& gate, ProjectStore& store, AuditLog& audit)
      : gate_(gate), store_(store), audit_(audit) {}

  grpc::Status WithdrawRecords(grpc::ServerContext* context,
                               const v1::WithdrawRecordsRequest* request,
                               v1::WithdrawalInfo* response) override;
  grpc::Status GetWithdrawal(grpc::ServerContext* context, const v1::GetWithdrawalRequest* request,
                             v1::WithdrawalInfo* response) override;
  grpc::Status ListWithdrawals(grpc::ServerContext* context,
                               const v1::ListWithdrawalsRequest* request,
                               v1::ListWithdrawalsResponse* response) override;

 private:
  // What the caller is told of a withdrawal, once the audit log has it if it is done.
  absl::StatusOr<v1::WithdrawalInfo> Tell(Project& project, storage::v1::StoredWithdrawal stored,
                                          const Party& caller);

  CallGate& gate_;
  ProjectStore& store_;
  AuditLog& audit_;
};

}  // namespace blindlink::resolver
