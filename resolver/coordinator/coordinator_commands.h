#pragma once

#include <string>
#include <vector>

#include "common/cli/program.h"
#include "common/rpc/client.h"

namespace blindlink::resolver {

// Each function adds one group of coordinator commands to `app`: `project`, `upload`, `linkage`,
// `access`, `audit`, `explain` or `review`.
// The commands return the errors of their RPCs and of the files that they read and write.
std::vector<Command> AddProjectCommands(CLI::App& app);
std::vector<Command> AddUploadCommands(CLI::App& app);
std::vector<Command> AddLinkageCommands(CLI::App& app);
std::vector<Command> AddAccessCommands(CLI::App& app);
std::vector<Command> AddAuditCommands(CLI::App& app);
// Adds the command `health`.
Command AddHealthCommand(CLI::App& app);

// Adds `trace` to the group `access`.
Command AddTraceCommand(CLI::App& group);

// Add `add-site` and `add-researcher` to the group `project`.
Command AddSiteCommand(CLI::App& group);
Command AddResearcherCommand(CLI::App& group);

// Add `drop-index` and `withdrawals` to the group `project`.
Command AddDropIndexCommand(CLI::App& group);
Command AddWithdrawalsCommand(CLI::App& group);

// Adds `overview` to the group `linkage`.
Command AddOverviewCommand(CLI::App& group);
Command AddPreviewCommand(CLI::App& group);

// Destroys the project's index (retention_service.proto) and prints what it held.
absl::Status DropIndex(const ConnectionFlags& connection, const std::string& project);
std::vector<Command> AddExplainCommands(CLI::App& app);
std::vector<Command> AddReviewCommands(CLI::App& app);

// Adds one command with the connection flags to such a group. `example` is the part of the example
// in the help text between the command's name and the connection flags. `connection` must outlive
// `group`.
CLI::App* AddCoordinatorCommand(CLI::App& group, const std::string& name,
                                const std::string& description, const std::string& example,
                                ConnectionFlags* connection);

}  // namespace blindlink::resolver
