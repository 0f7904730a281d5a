#pragma once

#include "absl/status/status.h"

namespace CLI {
class App;
}

namespace blindlink::agent {

// Each adds one command. When it is parsed the command runs, and `outcome`, which must outlive
// `app`, gets how it ended. Results go to standard output, progress and notes to standard error.
void AddKeygenCommand(CLI::App& app, absl::Status* outcome);
void AddProfileCommand(CLI::App& app, absl::Status* outcome);
void AddTokenizeCommand(CLI::App& app, absl::Status* outcome);
void AddUploadCommand(CLI::App& app, absl::Status* outcome);
void AddGoldStandardCommand(CLI::App& app, absl::Status* outcome);
void AddRunCommand(CLI::App& app, absl::Status* outcome);
void AddStatusCommand(CLI::App& app, absl::Status* outcome);
void AddDiscardCommand(CLI::App& app, absl::Status* outcome);
void AddConformanceCommand(CLI::App& app, absl::Status* outcome);
void AddWhyMissedCommand(CLI::App& app, absl::Status* outcome);

}  // namespace blindlink::agent
