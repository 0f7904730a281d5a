#include <memory>
#include <string>
#include <utility>

#include "CLI/App.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "researcher/commands/commands.h"
#include "researcher/fetch/entity_changes.h"
#include "researcher/fetch/fetch.h"

namespace blindlink::researcher {
namespace {

struct FetchArguments {
  ConnectionFlags connection;
  FetchRequest request;
  std::string changes_since;
};

using Fetch = absl::StatusOr<FetchOutcome> (*)(ResultClient&, const FetchRequest&);

absl::Status RunFetch(Fetch fetch, const FetchArguments& arguments) {
  BL_ASSIGN_OR_RETURN(auto stub, ConnectTo<v1::Result>(arguments.connection));
  ResultClient client(std::move(stub));
  BL_ASSIGN_OR_RETURN(const FetchOutcome outcome, fetch(client, arguments.request));
  if (!outcome.note.empty()) absl::FPrintF(stderr, "note: %s\n", outcome.note);
  if (outcome.rules_version_before > 0 && outcome.rules_version_before != outcome.rules_version) {
    absl::FPrintF(stderr,
                  "note: the rules have changed since your last fetch, from version %d to %d: see "
                  "\"rules\" in the manifest\n",
                  outcome.rules_version_before, outcome.rules_version);
  }
  const std::string earlier =
      outcome.rows_of_earlier_attempt == 0
          ? ""
          : absl::StrCat(" (", outcome.rows_of_earlier_attempt, " from an earlier attempt)");
  absl::FPrintF(stderr, "%s of %s: %d rows%s in %s\n", outcome.run, arguments.request.project,
                outcome.rows, earlier,
                arguments.request.file == "-" ? "standard output" : arguments.request.file);
  return absl::OkStatus();
}

// A run that is not named is chosen here, so that a file that is continued is of one run.
absl::Status RunFetchChanges(FetchArguments arguments) {
  FetchRequest& request = arguments.request;
  if (request.run.empty()) {
    BL_ASSIGN_OR_RETURN(auto results, ConnectTo<v1::Result>(arguments.connection));
    ResultClient client(std::move(results));
    BL_ASSIGN_OR_RETURN(const auto runs, ListResults(client, request.project));
    if (runs.empty()) return absl::FailedPreconditionError("no run has finished yet");
    request.run = runs.back().run();
  }
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::EntityChanges>(arguments.connection));
  BL_ASSIGN_OR_RETURN(const FetchOutcome outcome,
                      FetchEntityChanges(*stub, request, arguments.changes_since));
  absl::FPrintF(stderr, "%s of %s since %s: %d changes in %s\n", outcome.run, request.project,
                arguments.changes_since, outcome.rows,
                request.file == "-" ? "standard output" : request.file);
  if (!outcome.note.empty()) absl::FPrintF(stderr, "note: %s\n", outcome.note);
  return absl::OkStatus();
}

struct FetchCommand {
  CLI::App* app;
  std::shared_ptr<FetchArguments> arguments;
};

FetchCommand AddFetchFlags(CLI::App& program, const std::string& name,
                           const std::string& description) {
  CLI::App* app = program.add_subcommand(name, description);
  app->footer(
      absl::StrCat("Example:\n  blindlink-researcher ", name, " --project asthma --out ", name,
                   ".csv.zst \\\n      --resolver resolver.example.org:7443 --cert "
                   "study.pem --key study.key --ca ca.pem\n\nRun the same command again "
                   "to resume an interrupted fetch. Columns: docs/formats/result_files.md"));
  auto arguments = std::make_shared<FetchArguments>();
  FetchRequest& request = arguments->request;
  app->add_option("--project", request.project, "Project")->required()->check(IsName());
  app->add_option("--run", request.run, "Linkage run, e.g. run-000001 (default: the newest)");
  app->add_option("--grant", request.grant,
                  "Grant, of a project that releases by grant (default: the only one for the run)")
      ->check(IsName());
  app->add_option("--out", request.file, "File to write: .zst is compressed, - is standard output")
      ->required();
  AddConnectionFlags(*app, &arguments->connection);
  return {app, arguments};
}

Command AddFetchCommand(CLI::App& program, const std::string& name, const std::string& description,
                        Fetch fetch) {
  const FetchCommand command = AddFetchFlags(program, name, description);
  return {command.app,
          [arguments = command.arguments, fetch] { return RunFetch(fetch, *arguments); }};
}

}  // namespace

Command AddPairsCommand(CLI::App& program) {
  return AddFetchCommand(program, "pairs", "Fetch the match pairs of a linkage run",
                         FetchMatchPairs);
}

Command AddEntitiesCommand(CLI::App& program) {
  const FetchCommand command =
      AddFetchFlags(program, "entities", "Fetch the entity map of a linkage run");
  const std::shared_ptr<FetchArguments>& arguments = command.arguments;
  command.app
      ->add_option("--changes-since", arguments->changes_since,
                   "An older run: fetch what has become of its entities instead of the whole map")
      ->check(IsName());
  return {command.app, [arguments] {
            return arguments->changes_since.empty() ? RunFetch(FetchEntityMap, *arguments)
                                                    : RunFetchChanges(*arguments);
          }};
}

Command AddOverlapCommand(CLI::App& program) {
  return AddFetchCommand(program, "overlap",
                         "Fetch how many entities the sites share, small counts suppressed",
                         FetchOverlap);
}

}  // namespace blindlink::researcher
