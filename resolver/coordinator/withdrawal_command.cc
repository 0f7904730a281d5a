#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "blindlink/v1/withdrawal_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/rpc/unary_call.h"
#include "resolver/coordinator/coordinator_commands.h"
#include "resolver/coordinator/withdrawal_text.h"

namespace blindlink::resolver {
namespace {

struct WithdrawalFlags {
  ConnectionFlags connection;
  std::string project;
  std::string json;
};

absl::Status ListWithdrawals(const WithdrawalFlags& flags) {
  v1::ListWithdrawalsRequest request;
  request.set_project(flags.project);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Withdrawal>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ListWithdrawalsResponse list,
                      UnaryCall(*stub, &v1::Withdrawal::Stub::ListWithdrawals, request));
  return PrintAnswer(WithdrawalTable(list), list, flags.json);
}

}  // namespace

Command AddWithdrawalsCommand(CLI::App& group) {
  auto flags = std::make_shared<WithdrawalFlags>();
  CLI::App* command = AddCoordinatorCommand(
      group, "withdrawals", "List the withdrawals of records by the sites of a project",
      "--project asthma", &flags->connection);
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  AddJsonFlag(*command, "the list", &flags->json);
  return {command, [flags] { return ListWithdrawals(*flags); }};
}

}  // namespace blindlink::resolver
