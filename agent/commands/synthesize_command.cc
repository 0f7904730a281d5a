#include <unistd.h>

#include <cstdio>
#include <memory>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_format.h"
#include "agent/commands/commands.h"
#include "agent/synthetic/synthesis_run.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

void NoteNoise(const char* table, double noise) {
  constexpr double kMuch = 0.2;
  if (noise < kMuch) return;
  absl::FPrintF(stderr,
                "note: %s: the noise outweighs what so few persons say about so many values; use "
                "fewer and wider values, a larger epsilon or more persons\n",
                table);
}

// Says on a terminal what is being done.
absl::StatusOr<SynthesisSummary> RunWithProgress(SynthesisOptions options) {
  if (isatty(STDERR_FILENO) == 1) {
    options.progress = [](const char* activity) { absl::FPrintF(stderr, "%s ...\n", activity); };
  }
  return RunSynthesis(options);
}

void NoteRejects(const char* file, const std::string& rejects) {
  if (rejects.empty()) return;
  absl::FPrintF(stderr, "note: rows of %s left out: %s\n", file, rejects);
}

void NoteLeftOut(const SynthesisSummary& summary) {
  NoteRejects("persons", summary.rejects);
  NoteRejects("claims", summary.claims_rejects);
  NoteRejects("diagnoses", summary.diagnoses_rejects);
  if (summary.claims_left_out > 0) {
    absl::FPrintF(stderr,
                  "note: %d claims left out: of unknown persons, without a day such as 2018-01-31, "
                  "or ended before they began\n",
                  summary.claims_left_out);
  }
  if (summary.claims_repeated > 0) {
    absl::FPrintF(stderr, "note: %d claims left out: an earlier row has their claim_id\n",
                  summary.claims_repeated);
  }
  if (summary.diagnoses_left_out > 0) {
    absl::FPrintF(stderr, "note: %d diagnoses left out: without a code, or of no claim read\n",
                  summary.diagnoses_left_out);
  }
}

absl::Status Synthesize(const SynthesisOptions& options) {
  BL_ASSIGN_OR_RETURN(const SynthesisSummary summary, RunWithProgress(options));
  NoteLeftOut(summary);
  NoteNoise("persons", summary.persons_noise);
  NoteNoise("visits", summary.visits_noise);
  absl::PrintF("%d synthetic persons (the data has %d)\n", summary.persons, summary.real_persons);
  if (!options.claims.empty()) {
    absl::PrintF("%d synthetic visits (the data has %d)\n", summary.visits, summary.real_visits);
  }
  if (summary.epsilon > 0) {
    absl::PrintF("privacy: epsilon %g, delta %g (rho %.6f, spent %.6f)\n", summary.epsilon,
                 summary.delta, summary.rho, summary.rho_spent);
  } else {
    absl::PrintF("privacy: none is promised (epsilon is 0)\n");
  }
  absl::PrintF("written to %s; how it was made: synthesis.json\n", options.out);
  if (!options.report.empty()) {
    absl::PrintF("%s compares with the real data and stays at the site\n", options.report);
  }
  return absl::OkStatus();
}

}  // namespace

Command AddSynthesizeCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "synthesize", "Make invented persons, and visits of theirs, that resemble a site's own");
  auto options = std::make_shared<SynthesisOptions>();
  command->add_option("--spec", options->spec, "The synthesis spec (.textproto)")->required();
  command
      ->add_option("--input", options->input,
                   "The table of persons, one row a person: CSV, TSV or JSON Lines, plain, gzip or "
                   "zstd; with claims, its column local_id names the person")
      ->required();
  command->add_option("--claims", options->claims,
                      "Claims: claim_id, local_id, setting, start, end");
  command->add_option("--diagnoses", options->diagnoses, "Their diagnoses: claim_id, code");
  command->add_option("--out", options->out, "The folder to write: new or empty")->required();
  command->add_option("--holdout", options->holdout,
                      "A table of other persons of the same population, for the report");
  command->add_option("--report", options->report,
                      "Also write a page (.html, with .json beside it) on closeness and privacy; "
                      "it stays at the site");
  command->add_option("--seed", options->seed,
                      "The same seed gives the same bytes; only without privacy (epsilon 0)");
  command->footer(
      "Example:\n  blindlink-agent synthesize --spec twin.textproto --input persons.csv \\\n"
      "      --claims claims.csv.gz --diagnoses diagnoses.csv.gz --out twin \\\n"
      "      --holdout others.csv --report twin-report.html");
  return {command, [options] { return Synthesize(*options); }};
}

}  // namespace blindlink::agent
