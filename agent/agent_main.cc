// blindlink-agent: runs at a site, makes tokens of its records and sends them.
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/standardize/standardizer_version.h"
#include "common/cli/program.h"

int main(int argc, char** argv) {
  using namespace blindlink;                          // NOLINT(google-build-using-namespace)
  using namespace blindlink::agent;                   // NOLINT(google-build-using-namespace)
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);  // the program words errors itself
  Program program("blindlink-agent",
                  "Makes tokens of a site's records and sends them to the resolver of a project.",
                  absl::StrCat("standardizer ", kStandardizerVersion));
  for (const auto add :
       {AddKeygenCommand, AddKeyIdCommand, AddProfileCommand, AddTokenizeCommand, AddAuditTokensCommand, AddUploadCommand,
        AddRunCommand, AddGoldStandardCommand, AddStatusCommand, AddDiscardCommand, AddSeedsCommand,
        AddConformanceCommand, AddWhyMissedCommand, AddClinicalProfileCommand, AddDeidentifyCommand,
        AddSynthesizeCommand, AddAnonymizeCommand, AddRiskCommand}) {
    program.Add(add(program.app()));
  }
  program.Add(AddTermsCommands(program.app()));
  program.Add(AddCodesCommands(program.app()));
  EndProcess("blindlink-agent", program.Run(argc, argv));
}
