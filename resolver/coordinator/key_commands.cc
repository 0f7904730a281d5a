#include "resolver/coordinator/key_commands.h"

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "blindlink/v1/key_rotation_service.grpc.pb.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/rpc/poll_pause.h"
#include "common/rpc/unary_call.h"
#include "resolver/coordinator/coordinator_commands.h"

namespace blindlink::resolver {
namespace {

using Stub = v1::KeyRotation::Stub;

std::string Describe(const v1::Epoch& epoch) {
  std::string text = absl::StrCat(
      "epoch ", epoch.number(), ": token key ",
      epoch.token_key_id().empty()
          ? "not known yet: the one with which all sites have committed a dataset"
          : absl::StrCat(HexEncode(epoch.token_key_id()), " (bound by ", epoch.bound_by(), ")"),
      ", ", epoch.datasets(), epoch.datasets() == 1 ? " dataset" : " datasets");
  if (!epoch.sites_without().empty()) {
    absl::StrAppend(&text, ", none yet of ", absl::StrJoin(epoch.sites_without(), ", "));
  }
  if (epoch.retire_when_complete()) {
    absl::StrAppend(&text, "; when every site has one, the epoch before is retired");
  }
  return text + "\n";
}

std::string Describe(const v1::ProjectKeys& keys) {
  std::string text;
  for (const v1::Epoch& epoch : keys.epochs()) text += Describe(epoch);
  if (keys.datasets_to_remove() > 0) {
    absl::StrAppend(&text, keys.datasets_to_remove(),
                    " datasets of retired epochs are still being removed\n");
  }
  const v1::IndexKeyState& index = keys.index_key();
  absl::StrAppend(&text, "index key: generation ", index.generation());
  if (index.rotating()) {
    absl::StrAppend(&text, ", being replaced; datasets rewritten: ", index.datasets_rewritten());
  }
  if (!index.waiting_for().empty()) absl::StrAppend(&text, "; waits: ", index.waiting_for());
  return text + "\n";
}

struct KeyFlags {
  ConnectionFlags connection;
  std::string project;
  std::string key_id;
  bool retire_when_complete = false;
  bool partial = false;
  bool wait = false;
  std::string json;
};

// Makes one call about the project and prints the keys as they then are.
template <typename Request>
absl::Status CallAndPrint(const KeyFlags& flags,
                          grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                       v1::ProjectKeys*),
                          Request request) {
  request.set_project(flags.project);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::KeyRotation>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ProjectKeys keys, UnaryCall(*stub, method, request));
  return PrintAnswer(Describe(keys), keys, flags.json);
}

absl::Status Rotate(const KeyFlags& flags) {
  v1::OpenEpochRequest request;
  if (!flags.key_id.empty()) {
    const std::optional<std::string> id = HexDecode(flags.key_id);
    if (!id) return absl::InvalidArgumentError("--token-key-id: expected 16 hexadecimal digits");
    request.set_token_key_id(*id);
  }
  request.set_retire_when_complete(flags.retire_when_complete);
  return CallAndPrint(flags, &Stub::OpenEpoch, request);
}

absl::Status RetireEpoch(const KeyFlags& flags) {
  v1::RetireEpochRequest request;
  request.set_partial(flags.partial);
  return CallAndPrint(flags, &Stub::RetireEpoch, request);
}

// Waits until the rotation has ended; an error if it cannot go on.
absl::Status RotateIndexKey(const KeyFlags& flags) {
  if (!flags.wait) return CallAndPrint(flags, &Stub::RotateIndexKey, v1::ProjectKeysRequest());
  v1::ProjectKeysRequest request;
  request.set_project(flags.project);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::KeyRotation>(flags.connection));
  BL_ASSIGN_OR_RETURN(v1::ProjectKeys keys, UnaryCall(*stub, &Stub::RotateIndexKey, request));
  const PollPause pause;
  while (keys.index_key().rotating()) {
    std::this_thread::sleep_for(pause.Next());
    BL_ASSIGN_OR_RETURN(keys, UnaryCall(*stub, &Stub::GetProjectKeys, request));
    if (keys.index_key().waiting_for().empty()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("the rotation waits: ", keys.index_key().waiting_for()));
  }
  return PrintAnswer(Describe(keys), keys, flags.json);
}

CLI::App* AddKeyCommand(CLI::App& group, const std::string& name, const std::string& description,
                        const std::string& example, KeyFlags* flags) {
  CLI::App* command = AddCoordinatorCommand(group, name, description, example, &flags->connection);
  command->add_option("--project,project", flags->project, "The project")
      ->required()
      ->check(IsName());
  AddJsonFlag(*command, "the keys as they then are", &flags->json);
  return command;
}

Command AddRotateCommand(CLI::App& group) {
  auto flags = std::make_shared<KeyFlags>();
  CLI::App* command =
      AddKeyCommand(group, "rotate", "Open an epoch: sites tokenize again under a new token key",
                    "--project asthma --token-key-id 0123456789abcdef", flags.get());
  command->add_option("--token-key-id", flags->key_id,
                      "The id of the new token key, as blindlink-agent key-id prints it [the key "
                      "with which all sites have committed a dataset]");
  command->add_flag("--retire-when-complete", flags->retire_when_complete,
                    "Retire the old epoch once every site has committed a dataset in the new one");
  return {command, [flags] { return Rotate(*flags); }};
}

Command AddRetireCommand(CLI::App& group) {
  auto flags = std::make_shared<KeyFlags>();
  CLI::App* command = AddKeyCommand(group, "retire-epoch",
                                    "Retire the old epoch: its datasets are removed from the index",
                                    "--project asthma", flags.get());
  command->add_flag("--partial", flags->partial,
                    "Also if some sites have committed nothing in the new epoch");
  return {command, [flags] { return RetireEpoch(*flags); }};
}

Command AddRotateIndexKeyCommand(CLI::App& group) {
  auto flags = std::make_shared<KeyFlags>();
  CLI::App* command = AddKeyCommand(group, "rotate-index-key",
                                    "Rewrite the token index under a new index key, in the "
                                    "background; again: go on with what has stopped",
                                    "--project asthma --wait", flags.get());
  command->add_flag("--wait", flags->wait, "Wait until it is done");
  return {command, [flags] { return RotateIndexKey(*flags); }};
}

Command AddKeysCommand(CLI::App& group) {
  auto flags = std::make_shared<KeyFlags>();
  CLI::App* command = AddKeyCommand(group, "keys", "Show the project's epochs and its index key",
                                    "--project asthma", flags.get());
  return {command, [flags] {
            return CallAndPrint(*flags, &Stub::GetProjectKeys, v1::ProjectKeysRequest());
          }};
}

}  // namespace

std::vector<Command> AddProjectKeyCommands(CLI::App& group) {
  return {AddKeysCommand(group), AddRotateCommand(group), AddRetireCommand(group),
          AddRotateIndexKeyCommand(group)};
}

}  // namespace blindlink::resolver
