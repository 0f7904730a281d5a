// blindlink-researcher: fetches the results of linkage runs and evaluates them.
#include "common/cli/program.h"
#include "researcher/commands/commands.h"

namespace {

constexpr char kFooter[] =
    "Examples:\n"
    "  blindlink-researcher list --project asthma --resolver HOST:PORT --cert study.pem \\\n"
    "      --key study.key --ca ca.pem\n"
    "  blindlink-researcher pairs --project asthma --out pairs.csv.zst --resolver ...\n"
    "  blindlink-researcher evaluate --pairs pairs.csv.zst --truth truth.csv --json "
    "figures.json\n\n"
    "Exit codes: 0 done, 2 wrong arguments, 3 a file is wrong, 4 refused or not found, 5 resolver\n"
    "unreachable, 6 disk error or data loss, 1 other.";

}  // namespace

int main(int argc, char** argv) {
  using namespace blindlink::researcher;  // NOLINT(google-build-using-namespace)
  blindlink::Program program(
      "blindlink-researcher",
      "Fetches the results of linkage runs, evaluates them, and joins extracts by them.");
  program.app().footer(kFooter);
  for (const auto add : {AddListCommand, AddPairsCommand, AddEntitiesCommand, AddOverlapCommand,
                         AddEvaluateCommand, AddTimelineCommand, AddExportCommand}) {
    program.Add(add(program.app()));
  }
  program.Add(AddAccessCommands(program.app()));
  blindlink::EndProcess("blindlink-researcher", program.Run(argc, argv));
}
