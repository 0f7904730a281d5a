// Which commands the agent has, and how each stands to the network.
#include <utility>
#include <vector>

#include "agent/commands/commands.h"
#include "agent/isolation/offline.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

using AddCommand = Command (*)(CLI::App&);
using AddGroup = std::vector<Command> (*)(CLI::App&);

// These read identifiers, or make keys, and need no network.
constexpr AddCommand kOffline[] = {
    AddKeygenCommand,          AddKeyIdCommand,       AddProfileCommand,
    AddGoldStandardCommand,    AddConformanceCommand, AddWhyMissedCommand,
    AddClinicalProfileCommand, AddDeidentifyCommand,  AddSynthesizeCommand,
    AddAnonymizeCommand,       AddRiskCommand,        AddAuditTokensCommand,
    AddVerifyReceiptCommand};
constexpr AddGroup kOfflineGroups[] = {AddTermsCommands, AddCodesCommands, AddCanariesCommands};
// These speak with the resolver and read no identifiers.
constexpr AddCommand kOnline[] = {AddUploadCommand, AddStatusCommand, AddDiscardCommand,
                                  AddSeedsCommand, AddEndDatasetCommand};

void Append(std::vector<AgentCommand> more, std::vector<AgentCommand>* all) {
  for (AgentCommand& command : more) all->push_back(std::move(command));
}

// The command, offline before its first step.
Command Offline(Command command, const bool* required) {
  return {command.app, [run = std::move(command.run), required] {
            BL_RETURN_IF_ERROR(GoOfflineIfPossible(*required));
            return run();
          }};
}

}  // namespace

std::vector<AgentCommand> AddAgentCommands(CLI::App& app, const bool* offline_required) {
  std::vector<AgentCommand> all;
  for (const AddCommand add : kOffline) all.push_back({add(app), Reach::kOffline});
  for (const AddGroup add : kOfflineGroups) {
    for (Command& command : add(app)) all.push_back({std::move(command), Reach::kOffline});
  }
  for (const AddCommand add : kOnline) all.push_back({add(app), Reach::kOnline});
  Append({{AddRelinkCommand(app, offline_required), Reach::kTwoHalves},
          {AddWithdrawCommand(app, offline_required), Reach::kTwoHalves}},
         &all);
  Append(AddKeysCommands(app, offline_required), &all);
  Append(AddReviewCommands(app, offline_required), &all);
  all.push_back({AddRunCommand(app, offline_required), Reach::kTwoHalves});
  for (AgentCommand& one : all) {
    if (one.reach == Reach::kOffline) {
      one.command = Offline(std::move(one.command), offline_required);
    }
  }
  // Offline by itself; with a key server, which few plans have, in two halves.
  all.push_back({AddTokenizeCommand(app, offline_required), Reach::kOffline});
  return all;
}

}  // namespace blindlink::agent
