#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "blindlink/v1/explanation_service.grpc.pb.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/rpc/unary_call.h"
#include "resolver/coordinator/coordinator_commands.h"
#include "resolver/coordinator/explanation_text.h"
#include "resolver/coordinator/record_name.h"

namespace blindlink::resolver {
namespace {

struct ExplainFlags {
  ConnectionFlags connection;
  std::string project;
  std::string run;
  std::string left;  // or the only one
  std::string right;
  bool tokens = false;
  std::string json;
};

absl::Status ExplainPair(const ExplainFlags& flags) {
  v1::ExplainPairRequest request;
  request.set_project(flags.project);
  request.set_run(flags.run);
  BL_RETURN_IF_ERROR(ReadRecordName(flags.left, request.mutable_left()));
  BL_RETURN_IF_ERROR(ReadRecordName(flags.right, request.mutable_right()));
  request.set_with_tokens(flags.tokens);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Explanation>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::PairExplanation explanation,
                      UnaryCall(*stub, &v1::Explanation::Stub::ExplainPair, request));
  return PrintAnswer(ExplanationText(explanation), explanation, flags.json);
}

absl::Status ExplainEntity(const ExplainFlags& flags) {
  v1::ExplainEntityRequest request;
  request.set_project(flags.project);
  request.set_run(flags.run);
  BL_RETURN_IF_ERROR(ReadRecordName(flags.left, request.mutable_record()));
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Explanation>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::EntityExplanation explanation,
                      UnaryCall(*stub, &v1::Explanation::Stub::ExplainEntity, request));
  return PrintAnswer(ExplanationText(explanation), explanation, flags.json);
}

void AddCommonFlags(CLI::App* command, ExplainFlags* flags) {
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  command->add_option("--run", flags->run, "The run, e.g. run-000001 [the newest finished one]");
  AddJsonFlag(*command, "the explanation", &flags->json);
}

Command AddPairCommand(CLI::App& group) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* command = AddCoordinatorCommand(
      group, "pair", "Say why two records match or not",
      "--project asthma --left north/0c61... --right south/9e40...", &flags->connection);
  AddCommonFlags(command, flags.get());
  command->add_option("--left", flags->left, "SITE/PSEUDONYM of one record")->required();
  command->add_option("--right", flags->right, "SITE/PSEUDONYM of the other")->required();
  command->add_flag("--tokens", flags->tokens,
                    "Also find the tokens that the two share now, and in which forms; reads all "
                    "tokens of the smaller of their sites");
  return {command, [flags] { return ExplainPair(*flags); }};
}

Command AddEntityCommand(CLI::App& group) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* command = AddCoordinatorCommand(
      group, "entity", "Say which records are one entity, and which pairs made them one",
      "--project asthma --record north/0c61...", &flags->connection);
  AddCommonFlags(command, flags.get());
  command->add_option("--record", flags->left, "SITE/PSEUDONYM of one of its records")->required();
  return {command, [flags] { return ExplainEntity(*flags); }};
}

}  // namespace

std::vector<Command> AddExplainCommands(CLI::App& app) {
  CLI::App& group = *app.add_subcommand("explain", "Coordinator: why records match or not");
  group.require_subcommand(1);
  return {AddPairCommand(group), AddEntityCommand(group)};
}

}  // namespace blindlink::resolver
