#pragma once

#include <vector>

#include "common/cli/program.h"

namespace blindlink::agent {

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
Command AddRelinkCommand(CLI::App& app);
Command AddWithdrawCommand(CLI::App& app);
Command AddVerifyReceiptCommand(CLI::App& app);

// `run`, and `tokenize` with a key server, divide themselves into a process that reads, which goes
// offline (agent/isolation), and one that sends. `offline_required`, as in GoOfflineIfPossible, must outlive the command.
Command AddTokenizeCommand(CLI::App& app, const bool* offline_required);
Command AddRunCommand(CLI::App& app, const bool* offline_required);

// Each adds a command with commands of its own below it.
std::vector<Command> AddTermsCommands(CLI::App& app);
std::vector<Command> AddCodesCommands(CLI::App& app);
std::vector<Command> AddKeysCommands(CLI::App& app);
std::vector<Command> AddCanariesCommands(CLI::App& app);
std::vector<Command> AddReviewCommands(CLI::App& app);

// Each adds one command to the group "keys".
Command AddKeysDestroyCommand(CLI::App& group);

}  // namespace blindlink::agent
