// blindlink-agent: runs at a site, makes tokens of its records and sends them.
#include <cstdlib>
#include <utility>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/isolation/offline.h"
#include "agent/standardize/standardizer_version.h"
#include "common/base/status_macros.h"
#include "common/cli/program.h"

namespace blindlink::agent {
namespace {

using AddCommand = Command (*)(CLI::App&);

// These read identifiers, or make keys, and need no network: each goes offline before it begins.
constexpr AddCommand kOffline[] = {
    AddKeygenCommand,          AddKeyIdCommand,       AddProfileCommand,
    AddGoldStandardCommand,    AddConformanceCommand, AddWhyMissedCommand,
    AddClinicalProfileCommand, AddDeidentifyCommand,  AddSynthesizeCommand,
    AddAnonymizeCommand,       AddRiskCommand,        AddAuditTokensCommand,
    AddVerifyReceiptCommand};
// These speak with the resolver and read no identifiers.
constexpr AddCommand kOnline[] = {AddUploadCommand,  AddStatusCommand, AddDiscardCommand,
                                  AddSeedsCommand,   AddRelinkCommand, AddEndDatasetCommand,
                                  AddWithdrawCommand};

Command Offline(Command command, const bool* required) {
  return {command.app, [run = std::move(command.run), required] {
            BL_RETURN_IF_ERROR(GoOfflineIfPossible(*required));
            return run();
          }};
}

void AddCommands(Program& program, const bool* offline_required) {
  for (const AddCommand add : kOffline) {
    program.Add(Offline(add(program.app()), offline_required));
  }
  for (const auto add : {AddTermsCommands, AddCodesCommands, AddCanariesCommands}) {
    for (Command& command : add(program.app())) {
      program.Add(Offline(std::move(command), offline_required));
    }
  }
  for (const AddCommand add : kOnline) program.Add(add(program.app()));
  program.Add(AddKeysCommands(program.app()));
  program.Add(AddReviewCommands(program.app()));
  program.Add(AddTokenizeCommand(program.app(), offline_required));
  program.Add(AddRunCommand(program.app(), offline_required));
}

}  // namespace
}  // namespace blindlink::agent

int main(int argc, char** argv) {
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);  // the program words errors itself
  blindlink::Program program("blindlink-agent",
                             "Makes tokens of a site's records and sends them to the resolver of a "
                             "project.",
                             absl::StrCat("standardizer ", blindlink::agent::kStandardizerVersion));
  bool offline_required = false;
  program.app().add_flag("--require-offline", offline_required,
                         "Before the command: read no input where the kernel cannot keep the "
                         "process that reads it from the network [warn]");
  blindlink::agent::AddCommands(program, &offline_required);
  blindlink::EndProcess("blindlink-agent", program.Run(argc, argv));
}
