// blindlink-agent: runs at a site; makes tokens of its records and sends them.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/standardize/standardizer_version.h"
#include "common/cli/exit_code.h"
#include "common/rpc/tls_policy.h"
#include "common/telemetry/log.h"

namespace {

int Fail(const absl::Status& status) {
  fprintf(stderr, "blindlink-agent: %s\n", std::string(status.message()).c_str());
  return blindlink::ExitCodeOf(status);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace blindlink;         // NOLINT(google-build-using-namespace)
  using namespace blindlink::agent;  // NOLINT(google-build-using-namespace)
  if (const absl::Status tls = RequireTls13Only(); !tls.ok()) return Fail(tls);
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);  // errors are ours to word
  if (const absl::Status log = StartLogging("blindlink-agent", ""); !log.ok()) return Fail(log);

  CLI::App app("Makes tokens of a site's records and sends them to the resolver of a project.");
  app.set_version_flag("--version",
                       absl::StrCat("blindlink-agent 0.1.0, standardizer ", kStandardizerVersion));
  app.require_subcommand(1);
  absl::Status outcome;
  AddKeygenCommand(app, &outcome);
  AddProfileCommand(app, &outcome);
  AddTokenizeCommand(app, &outcome);
  AddUploadCommand(app, &outcome);
  AddRunCommand(app, &outcome);
  AddGoldStandardCommand(app, &outcome);
  AddStatusCommand(app, &outcome);
  AddDiscardCommand(app, &outcome);
  AddConformanceCommand(app, &outcome);
  AddWhyMissedCommand(app, &outcome);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    fprintf(stderr, "blindlink-agent: %s (--help shows what there is)\n", error.what());
    return kExitUsage;
  }
  return outcome.ok() ? kExitOk : Fail(outcome);
}
