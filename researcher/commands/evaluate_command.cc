#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "CLI/App.hpp"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"
#include "researcher/commands/commands.h"
#include "researcher/evaluate/evaluation.h"
#include "researcher/evaluate/evaluation_report.h"
#include "researcher/report/evaluation_page.h"
#include "researcher/results/manifest.h"

namespace blindlink::researcher {
namespace {

constexpr char kFooter[] =
    "Examples:\n"
    "  blindlink-researcher evaluate --pairs pairs.csv --truth truth.csv\n"
    "  blindlink-researcher evaluate --entities entities.csv --truth truth.csv --scope all\n"
    "  blindlink-researcher evaluate --pairs pairs.csv --against other.csv \\\n"
    "      --records-left 2000 --records-right 20000\n"
    "  blindlink-researcher evaluate --pairs pairs.csv --truth truth.csv --subgroups groups.csv "
    "\\\n"
    "      --report evaluation.html\n\n"
    "Columns: truth site,record,person; pairs left_site,left_record,right_site,right_record;\n"
    "entities entity,site,record; subgroups site,record and a column for each grouping. Files may "
    "be compressed with zstd. Record ids are never printed.";

struct EvaluateArguments {
  EvaluationRequest request;
  std::string scope;
  std::string json_file;
  std::string report_file;
  std::string manifest_file;
  std::string date;
};

std::string FileNameOf(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

// The named manifest, or else the one beside the evaluated file, if any.
absl::StatusOr<std::optional<ResultManifest>> FindManifest(const EvaluateArguments& arguments) {
  const EvaluationRequest& request = arguments.request;
  std::string path = arguments.manifest_file;
  if (path.empty()) {
    path = (request.pairs_file.empty() ? request.entities_file : request.pairs_file) +
           ".manifest.json";
    if (!std::filesystem::exists(path)) return std::nullopt;
  }
  return ReadManifest(path);
}

absl::Status WriteReport(const EvaluateArguments& arguments, const Evaluation& evaluation,
                         std::optional<ResultManifest> manifest) {
  const EvaluationRequest& request = arguments.request;
  PageSource source;
  source.evaluated = FileNameOf(request.pairs_file + request.entities_file);
  source.reference = FileNameOf(request.truth_file + request.against_file);
  source.subgroups = FileNameOf(request.subgroups_file);
  source.date = arguments.date;
  source.manifest = std::move(manifest);
  return WriteFileAtomically(arguments.report_file, EvaluationPage(evaluation, source));
}

absl::Status RunEvaluate(const EvaluateArguments& arguments) {
  EvaluationRequest request = arguments.request;
  request.scope = ParsePairScope(arguments.scope);
  std::optional<ResultManifest> manifest;
  if (!arguments.report_file.empty()) {
    BL_ASSIGN_OR_RETURN(manifest, FindManifest(arguments));
  }
  BL_ASSIGN_OR_RETURN(const Evaluation evaluation, Evaluate(request));
  BL_RETURN_IF_ERROR(PrintReport(EvaluationText(evaluation), EvaluationJson(evaluation),
                                 arguments.json_file, 0644));
  if (fflush(stdout) != 0) return absl::UnknownError("cannot write standard output");
  return arguments.report_file.empty() ? absl::OkStatus()
                                       : WriteReport(arguments, evaluation, std::move(manifest));
}

}  // namespace

Command AddEvaluateCommand(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "evaluate", "Compare match pairs or an entity map with the truth or another system's pairs");
  app->footer(kFooter);
  auto arguments = std::make_shared<EvaluateArguments>();
  EvaluationRequest& request = arguments->request;
  CLI::Option_group* result = app->add_option_group("Result", "What is evaluated");
  result->add_option("--pairs", request.pairs_file, "Match-pair file");
  result->add_option("--entities", request.entities_file, "Entity map; its implied pairs count");
  result->require_option(1);
  CLI::Option_group* reference = app->add_option_group("Reference", "What it is measured against");
  CLI::Option* truth = reference->add_option("--truth", request.truth_file, "The true persons");
  reference->add_option("--against", request.against_file, "Another system's match pairs");
  reference->require_option(1);
  app->add_option("--scope", arguments->scope,
                  "Pairs to count: cross-site, within-site or all (default: cross-site if the "
                  "reference has several sites, else within-site)")
      ->check(CLI::IsMember({"cross-site", "within-site", "all"}));
  CLI::Option* left = app->add_option("--records-left", request.records_left,
                                      "With --against: records of the left site, for specificity")
                          ->excludes(truth);
  app->add_option("--records-right", request.records_right,
                  "With --against: records of the right site; if omitted, the left against itself")
      ->excludes(truth)
      ->needs(left);
  app->add_option("--subgroups", request.subgroups_file,
                  "Sensitivity and PPV by group: columns site,record and one or more groupings "
                  "(default: the truth's column group, if present)");
  AddJsonFlag(*app, "the figures", &arguments->json_file);
  CLI::Option* report = app->add_option(
      "--report", arguments->report_file,
      "Also write a page to read and print to this file: tables, Venn diagram, curves "
      "(self-contained HTML)");
  app->add_option("--manifest", arguments->manifest_file,
                  "Manifest of the evaluated file, for the report (default: FILE.manifest.json "
                  "beside it, if there)")
      ->needs(report);
  app->add_option("--date", arguments->date, "Date on the report (default: the manifest's run)")
      ->needs(report);
  return {app, [arguments] { return RunEvaluate(*arguments); }};
}

}  // namespace blindlink::researcher
