#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"
#include "agent/synthetic/synthesis_run.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {

Command AddSynthesizeCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "synthesize", "Make an invented table, and claims, that resemble a site's own");
  auto options = std::make_shared<SynthesisOptions>();
  command->add_option("--spec", options->spec, "The synthesis spec (.textproto)")->required();
  command
      ->add_option("--input", options->input,
                   "The table of persons, one row a person: CSV, TSV or JSON Lines, plain, gzip or "
                   "zstd")
      ->required();
  command->add_option("--out", options->out, "The folder to write; it must not exist or be empty")
      ->required();
  command->add_option("--seed", options->seed,
                      "The same seed gives the same bytes; only without differential privacy");
  return {command, [options] { return RunSynthesis(*options); }};
}

}  // namespace blindlink::agent
