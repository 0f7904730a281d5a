// blindlink-agent: runs at a site, makes tokens of its records and sends them.
#include <cstdlib>
#include <utility>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/standardize/standardizer_version.h"
#include "common/cli/program.h"

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
  for (auto& command : blindlink::agent::AddAgentCommands(program.app(), &offline_required)) {
    program.Add(std::move(command.command));
  }
  blindlink::EndProcess("blindlink-agent", program.Run(argc, argv));
}
