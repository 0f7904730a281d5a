#pragma once

#include <vector>

#include "common/cli/program.h"

namespace blindlink::agent {

// How a command stands to identifiers and to the network (docs/adr/0017).
enum class Reach {
  kOffline,    // reads identifiers, maps or keys: is offline from its first step
               // (isolation/offline.h)
  kTwoHalves,  // also asks the resolver: is two processes, of which the one that reads is offline
  kOnline,     // asks the resolver; reads neither identifiers nor maps, and no key but that of TLS
};

struct AgentCommand {
  Command command;
  Reach reach;
};

// Adds all commands of the agent to `app`. Those of kOffline go offline when they are run, and the
// reading halves of kTwoHalves do; `offline_required`, as in GoOfflineIfPossible, must outlive
// them.
std::vector<AgentCommand> AddAgentCommands(CLI::App& app, const bool* offline_required);

// Each adds one command to `app`, the program's command line.
Command AddKeygenCommand(CLI::App& app);
Command AddKeyIdCommand(CLI::App& app);
Command AddProfileCommand(CLI::App& app);
Command AddAuditTokensCommand(CLI::App& app);
Command AddUploadCommand(CLI::App& app);
Command AddGoldStandardCommand(CLI::App& app);
Command AddStatusCommand(CLI::App& app);
Command AddDiscardCommand(CLI::App& app);
Command AddEndDatasetCommand(CLI::App& app);
Command AddDeidentifyCommand(CLI::App& app);
Command AddSeedsCommand(CLI::App& app);
Command AddConformanceCommand(CLI::App& app);
Command AddWhyMissedCommand(CLI::App& app);
Command AddClinicalProfileCommand(CLI::App& app);
Command AddSynthesizeCommand(CLI::App& app);
Command AddAnonymizeCommand(CLI::App& app);
Command AddRiskCommand(CLI::App& app);
Command AddVerifyReceiptCommand(CLI::App& app);

// These divide themselves into a process that reads, which goes offline (agent/isolation), and one
// that sends; `tokenize` only with a key server. `offline_required`, as in GoOfflineIfPossible,
// must outlive the command.
Command AddTokenizeCommand(CLI::App& app, const bool* offline_required);
Command AddRunCommand(CLI::App& app, const bool* offline_required);
Command AddRelinkCommand(CLI::App& app, const bool* offline_required);
Command AddWithdrawCommand(CLI::App& app, const bool* offline_required);

// Each adds a command with commands of its own below it.
std::vector<Command> AddTermsCommands(CLI::App& app);
std::vector<Command> AddCodesCommands(CLI::App& app);
std::vector<Command> AddCanariesCommands(CLI::App& app);
std::vector<AgentCommand> AddKeysCommands(CLI::App& app, const bool* offline_required);
std::vector<AgentCommand> AddReviewCommands(CLI::App& app, const bool* offline_required);

// Each adds one command to the group "keys".
Command AddKeysDestroyCommand(CLI::App& group);

}  // namespace blindlink::agent
