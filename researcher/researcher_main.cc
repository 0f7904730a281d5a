// blindlink-researcher: fetches what a linkage run found, and measures it.
#include <cstdio>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "common/cli/exit_code.h"
#include "common/rpc/tls_policy.h"
#include "researcher/commands/commands.h"

namespace blindlink::researcher {
namespace {

constexpr char kFooter[] =
    "Examples:\n"
    "  blindlink-researcher list --project asthma --resolver HOST:PORT --cert study.pem \\\n"
    "      --key study.key --ca ca.pem\n"
    "  blindlink-researcher pairs --project asthma --out pairs.csv.zst --resolver ...\n"
    "  blindlink-researcher evaluate --pairs pairs.csv.zst --truth truth.csv --json "
    "figures.json\n\n"
    "Exit codes: 0 done, 2 wrong arguments, 3 a file is wrong, 4 refused or not there, 5 resolver\n"
    "not reached, 6 disk or data lost, 1 other.";

int Report(const absl::Status& status) {
  if (!status.ok()) {
    absl::FPrintF(stderr, "blindlink-researcher: %s\n", std::string(status.message()));
  }
  return ExitCodeOf(status);
}

int Main(int argc, char** argv) {
  if (const absl::Status tls = RequireTls13Only(); !tls.ok()) return Report(tls);
  CLI::App program("Fetches what a linkage run found, and measures it.", "blindlink-researcher");
  program.footer(kFooter);
  program.require_subcommand(1);
  const Command commands[] = {AddListCommand(program), AddPairsCommand(program),
                              AddEntitiesCommand(program), AddOverlapCommand(program),
                              AddEvaluateCommand(program)};
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  for (const Command& command : commands) {
    if (command.app->parsed()) return Report(command.run());
  }
  return kExitUsage;
}

}  // namespace
}  // namespace blindlink::researcher

int main(int argc, char** argv) { return blindlink::researcher::Main(argc, argv); }
