#include "resolver/service/withdrawal_service.h"

#include <ctime>
#include <string>
#include <utility>

#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "resolver/service/withdrawal_entry.h"

namespace blindlink::resolver {
namespace {

std::string SiteOf(const Party& caller) { return caller.role == Role::kSite ? caller.name : ""; }

}  // namespace

absl::StatusOr<v1::WithdrawalInfo> WithdrawalService::Tell(Project& project,
                                                           storage::v1::StoredWithdrawal stored,
                                                           const Party& caller) {
  if (stored.done() && !stored.recorded()) {
    BL_ASSIGN_OR_RETURN(stored, EnterWithdrawal(project, audit_, stored.withdrawal()));
  }
  v1::WithdrawalInfo info = project.changes().Describe(stored, caller.role == Role::kSite);
  info.set_failure(gate_.WithoutPaths(info.failure()));
  return info;
}

grpc::Status WithdrawalService::WithdrawRecords(grpc::ServerContext* context,
                                                const v1::WithdrawRecordsRequest* request,
                                                v1::WithdrawalInfo* response) {
  return gate_.PassStream(
      *context, "/blindlink.v1.Withdrawal/WithdrawRecords", {.project = request->project()},
      [&](Call& call) -> absl::Status {
        BL_RETURN_IF_ERROR(call.Begin());
        BL_ASSIGN_OR_RETURN(Project * project,
                            FindForCaller(store_, request->project(), call.caller()));
        BL_ASSIGN_OR_RETURN(*response, project->changes().Withdraw(
                                           call.caller().name, request->pseudonyms(),
                                           AsView(call.identity().fingerprint), time(nullptr)));
        return absl::OkStatus();
      });
}

grpc::Status WithdrawalService::GetWithdrawal(grpc::ServerContext* context,
                                              const v1::GetWithdrawalRequest* request,
                                              v1::WithdrawalInfo* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Withdrawal/GetWithdrawal", {.project = request->project()},
      [&](const Party& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        BL_RETURN_IF_ERROR(CheckName("withdrawal", request->withdrawal()));
        BL_ASSIGN_OR_RETURN(const auto stored,
                            project->changes().Get(SiteOf(caller), request->withdrawal()));
        BL_ASSIGN_OR_RETURN(*response, Tell(*project, stored, caller));
        return absl::OkStatus();
      });
}

grpc::Status WithdrawalService::ListWithdrawals(grpc::ServerContext* context,
                                                const v1::ListWithdrawalsRequest* request,
                                                v1::ListWithdrawalsResponse* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Withdrawal/ListWithdrawals", {.project = request->project()},
      [&](const Party& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        for (const auto& stored : project->changes().List(SiteOf(caller))) {
          BL_ASSIGN_OR_RETURN(*response->add_withdrawals(), Tell(*project, stored, caller));
        }
        return absl::OkStatus();
      });
}

}  // namespace blindlink::resolver
