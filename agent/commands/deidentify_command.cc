#include <memory>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"
#include "agent/commands/deidentify_job.h"
#include "common/cli/name_check.h"
#include "common/cli/passphrase_flag.h"

namespace blindlink::agent {
namespace {

void AddWhose(CLI::App& app, DeidentifyFlags* flags) {
  app.add_option("--project", flags->project, "Name of the project")->required()->check(IsName());
  app.add_option("--site", flags->site, "Name of this site")->required()->check(IsName());
  app.add_option("--dataset", flags->dataset, "Name of the dataset whose records were linked")
      ->required()
      ->check(IsName());
  app.add_option("--token-key", flags->token_key, "The key that the project's sites share")
      ->required();
  AddPassphraseFlag(app);
  app.add_option("--state", flags->state, "The folder with this site's record key")->required();
  CLI::Option_group* dates = app.add_option_group("Dates");
  dates->add_option("--seeds", flags->seeds, "What `seeds` fetched after the linkage run");
  dates->add_flag("--alone", flags->alone,
                  "Without a linkage run: no other site shifts a person's dates alike");
  dates->require_option(1);
}

}  // namespace

Command AddDeidentifyCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "deidentify", "Make extracts of clinical data under the pseudonyms of the linkage");
  auto flags = std::make_shared<DeidentifyFlags>();
  command->add_option("--release", flags->release, "The release plan (.textproto)")->required();
  command
      ->add_option("inputs", flags->source.inputs,
                   "Files or folders: CSV of claims, PCORnet, OMOP, FHIR R4 NDJSON, Medicare RIF; "
                   "TABLE=FILE says what a file is")
      ->required();
  command->add_option("--columns", flags->source.columns,
                      "TABLE.ROLE=header,... where a file is not understood by itself");
  command
      ->add_option("--date-order", flags->date_order,
                   "How 03/04/2019 is read: mdy (default), dmy or ymd")
      ->check(CLI::IsMember({"mdy", "dmy", "ymd"}));
  AddWhose(*command, flags.get());
  command->add_option("--terms", flags->terms, "Dictionary of disease names (`terms build`)");
  command->add_option("--codes", flags->codes, "Code book (`codes build`)");
  command->add_option("--code-map", flags->code_map,
                      "What the sites agreed to make of rare codes (`codes plan`)");
  CLI::Option_group* output = command->add_option_group("Output");
  output->add_option("--out", flags->out, "Folder for the data products");
  output->add_option("--survey", flags->survey,
                     "Count persons by code for `codes plan`, and release nothing");
  output->add_flag("--dry-run", flags->dry_run, "Only report: release nothing");
  output->require_option(1);
  command->footer(
      "Example:\n  blindlink-agent deidentify --release claims.textproto claims/ --out extracts "
      "\\\n"
      "      --project flu --site general --dataset 2026 --token-key token.key --state state \\\n"
      "      --seeds state/seeds.csv --terms terms.bin --codes codes.csv.zst");
  return {command, [flags] { return Deidentify(*flags); }};
}

}  // namespace blindlink::agent
