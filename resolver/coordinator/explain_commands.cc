#include <stdio.h>

#include <memory>
#include <string>
#include <utility>

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "blindlink/v1/explanation_service.grpc.pb.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/rpc/unary_call.h"
#include "google/protobuf/util/json_util.h"
#include "resolver/coordinator/coordinator_commands.h"
#include "resolver/coordinator/explanation_text.h"

namespace blindlink::resolver {
namespace {

struct ExplainFlags {
  ConnectionFlags connection;
  std::string project;
  std::string run;
  std::string left;  // or the only one
  std::string right;
  std::string json;
};

absl::Status ReadRecordName(const std::string& text, v1::RecordName* name) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 1));
  if (parts.first.empty() || parts.second.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(text, ": expected SITE/PSEUDONYM, as in pairs.csv"));
  }
  name->set_site(parts.first);
  name->set_record(parts.second);
  return absl::OkStatus();
}

template <typename Explanation>
absl::Status Report(const Explanation& explanation, const std::string& json_file) {
  fputs(ExplanationText(explanation).c_str(), stdout);
  if (json_file.empty()) return absl::OkStatus();
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(explanation, &json, options).ok()) {
    return absl::InternalError("the explanation cannot be written as JSON");
  }
  return WriteFileAtomically(json_file, json, 0600);
}

absl::Status ExplainPair(const ExplainFlags& flags) {
  v1::ExplainPairRequest request;
  request.set_project(flags.project);
  request.set_run(flags.run);
  BL_RETURN_IF_ERROR(ReadRecordName(flags.left, request.mutable_left()));
  BL_RETURN_IF_ERROR(ReadRecordName(flags.right, request.mutable_right()));
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Explanation>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::PairExplanation explanation,
                      UnaryCall(*stub, &v1::Explanation::Stub::ExplainPair, request));
  return Report(explanation, flags.json);
}

absl::Status ExplainEntity(const ExplainFlags& flags) {
  v1::ExplainEntityRequest request;
  request.set_project(flags.project);
  request.set_run(flags.run);
  BL_RETURN_IF_ERROR(ReadRecordName(flags.left, request.mutable_record()));
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Explanation>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::EntityExplanation explanation,
                      UnaryCall(*stub, &v1::Explanation::Stub::ExplainEntity, request));
  return Report(explanation, flags.json);
}

void AddCommonFlags(CLI::App* command, ExplainFlags* flags) {
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  command->add_option("--run", flags->run, "The run, e.g. run-000001 [the newest finished one]");
  command->add_option("--json", flags->json, "Also write the explanation as JSON to this file");
}

Command AddPairCommand(CLI::App& group) {
  auto flags = std::make_shared<ExplainFlags>();
  CLI::App* command = AddCoordinatorCommand(
      group, "pair", "Say why two records match or not",
      "--project asthma --left north/0c61... --right south/9e40...", &flags->connection);
  AddCommonFlags(command, flags.get());
  command->add_option("--left", flags->left, "SITE/PSEUDONYM of one record")->required();
  command->add_option("--right", flags->right, "SITE/PSEUDONYM of the other")->required();
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
