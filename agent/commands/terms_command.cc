#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/clinical/terms/name_table.h"
#include "agent/clinical/terms/terms_build.h"
#include "agent/clinical/terms/terms_update.h"
#include "agent/commands/commands.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

constexpr double kDefaultMinRight = 0.99;

struct BuildFlags {
  TermInputs inputs;
  std::string out;
  std::string conflicts;
};

absl::Status Build(const BuildFlags& flags) {
  BL_ASSIGN_OR_RETURN(const BuiltDictionary built, BuildTerms(flags.inputs));
  BL_ASSIGN_OR_RETURN(const TermDictionary dictionary, TermDictionary::FromBytes(built.bytes));
  BL_RETURN_IF_ERROR(WriteFileAtomically(flags.out, built.bytes, 0600));
  const std::string conflicts =
      flags.conflicts.empty() ? absl::StrCat(flags.out, ".conflicts.csv") : flags.conflicts;
  BL_RETURN_IF_ERROR(WriteFileAtomically(conflicts, ConflictsToCsv(built.conflicts), 0600));
  absl::PrintF("%d codes, %d of them billable; %d names, %d words, %d abbreviations\n",
               built.counts.codes, built.counts.billable, built.counts.forms, built.counts.words,
               built.counts.abbreviations);
  absl::PrintF("%d conflicting entries: see %s\n", built.conflicts.size(), conflicts);
  absl::PrintF("digest %s\n", dictionary.digest());
  return absl::OkStatus();
}

Command AddBuildCommand(CLI::App& group) {
  auto flags = std::make_shared<BuildFlags>();
  CLI::App* command = group.add_subcommand(
      "build", "Build a dictionary from official code lists and the site's own tables");
  TermInputs& inputs = flags->inputs;
  command->add_option("--codes", inputs.codes,
                      "ICD-10-CM code list: order file, code file or table (repeat)");
  command->add_option("--tabular", inputs.tabulars, "ICD-10-CM tabular list (XML; repeat)");
  command->add_option("--index", inputs.indexes, "Alphabetic index (table; repeat)");
  command->add_option("--neoplasms", inputs.neoplasms, "Table of neoplasms (repeat)");
  command->add_option("--synonyms", inputs.synonyms,
                      "The site's own names: surface, icd10cm (repeat)");
  command->add_option("--abbreviations", inputs.abbreviations,
                      "abbreviation, meaning, meanings_known (repeat)");
  command->add_option("--master", inputs.masters,
                      "Master of standard names: name, icd10, reading (repeat)");
  command->add_option("--decisions", inputs.decisions, "A review file with decisions (repeat)");
  command->add_option("--out", flags->out, "The dictionary file")->required();
  command->add_option(
      "--conflicts", flags->conflicts,
      "Where conflicts are listed (CSV) [the dictionary's name with .conflicts.csv]");
  command->footer(
      "Example:\n  blindlink-agent terms build --codes icd10cm_order_2025.txt --tabular "
      "icd10cm_tabular_2025.xml \\\n      --index index_2025.csv --neoplasms neoplasm_2025.csv "
      "--synonyms our_names.tsv --out terms.dict");
  return {command, [flags] { return Build(*flags); }};
}

struct MatchFlags {
  std::string dictionary, input, out, review;
  NameColumns columns;
  double min_right = kDefaultMinRight;
};

absl::Status MatchNames(const MatchFlags& flags) {
  BL_ASSIGN_OR_RETURN(const TermDictionary dictionary, TermDictionary::Open(flags.dictionary));
  const TermMatcher matcher(dictionary, flags.min_right);
  ReviewFile review;
  Progress progress("standardizing", "names", 0);
  BL_ASSIGN_OR_RETURN(
      const NameTableCounts counts,
      MatchNameTable(flags.input, flags.columns, matcher, flags.out, &review,
                     [&](uint64_t rows, double share) { progress.Set(rows, share); }));
  progress.Set(counts.rows, 1);
  progress.Finish();
  if (!flags.review.empty())
    BL_RETURN_IF_ERROR(WriteFileAtomically(flags.review, review.ToCsv(), 0600));
  const double rows = counts.rows == 0 ? 1 : static_cast<double>(counts.rows);
  absl::PrintF(
      "%d rows (%d different); %d automatic (%.1f %%), %d to review (%d different names)\n",
      counts.rows, counts.distinct, counts.automatic,
      100 * static_cast<double>(counts.automatic) / rows, counts.rows - counts.automatic,
      review.names());
  absl::PrintF("%d suspected, %d history, %d family history\n", counts.suspected, counts.history,
               counts.family);
  absl::PrintF("dictionary %s\n", dictionary.digest());
  return absl::OkStatus();
}

void AddMinRight(CLI::App& command, double* min_right) {
  command
      .add_option("--min-right", *min_right,
                  "The share of automatically coded names that must be right")
      ->check(CLI::Range(0.5, 1.0))
      ->capture_default_str();
}

Command AddMatchCommand(CLI::App& group) {
  auto flags = std::make_shared<MatchFlags>();
  CLI::App* command =
      group.add_subcommand("match", "Give each name of a table its standard name and code");
  command->add_option("--dictionary", flags->dictionary, "The dictionary that terms build made")
      ->required();
  command->add_option("--input", flags->input, "Table with a name column (CSV or TSV)")->required();
  command->add_option("--out", flags->out, "The table with standard names and codes (CSV)")
      ->required();
  command->add_option("--review", flags->review, "Where names that need a person are listed (CSV)");
  command->add_option("--name-column", flags->columns.name, "[name, diagnosis, term or surface]");
  command->add_option("--code-column", flags->columns.code,
                      "[code or diagnosis_code, if there is one]");
  AddMinRight(*command, &flags->min_right);
  command->footer(
      "Example:\n  blindlink-agent terms match --dictionary terms.dict --input diagnoses.csv "
      "\\\n      --out standardized.csv --review review.csv");
  return {command, [flags] { return MatchNames(*flags); }};
}

struct UpdateFlags {
  std::string from, to, moved, input, out;
  double min_right = kDefaultMinRight;
};

absl::Status Update(const UpdateFlags& flags) {
  if (flags.input.empty() != flags.out.empty()) {
    return absl::InvalidArgumentError("give --input and --out together");
  }
  BL_ASSIGN_OR_RETURN(const TermDictionary from, TermDictionary::Open(flags.from));
  BL_ASSIGN_OR_RETURN(const TermDictionary to, TermDictionary::Open(flags.to));
  TermUpdate update(from, to, flags.min_right);
  Progress progress("comparing", "names", 0);
  const auto report = [&](uint64_t done, double share) { progress.Set(done, share); };
  update.CompareDictionaries(report);
  if (!flags.input.empty()) BL_RETURN_IF_ERROR(update.UpdateTable(flags.input, flags.out, report));
  progress.Finish();
  BL_RETURN_IF_ERROR(WriteFileAtomically(flags.moved, update.ToCsv(), 0600));
  fputs(UpdateToText(update.counts()).c_str(), stdout);
  absl::PrintF("everything that moved: %s\n", flags.moved);
  return absl::OkStatus();
}

Command AddUpdateCommand(CLI::App& group) {
  auto flags = std::make_shared<UpdateFlags>();
  CLI::App* command = group.add_subcommand(
      "update", "List what a new dictionary changes, and standardize earlier data anew");
  command->add_option("OLD", flags->from, "The dictionary used so far")->required();
  command->add_option("NEW", flags->to, "The dictionary to use from now on")->required();
  command->add_option("--moved", flags->moved, "Where every change is listed (CSV)")->required();
  command->add_option("--input", flags->input, "Earlier data: an output of terms match");
  command->add_option("--out", flags->out, "The same data with the new names and codes (CSV)");
  AddMinRight(*command, &flags->min_right);
  command->footer(
      "Example:\n  blindlink-agent terms update terms2025.dict terms2026.dict --moved moved.csv "
      "\\\n      --input standardized.csv --out standardized2026.csv");
  return {command, [flags] { return Update(*flags); }};
}

}  // namespace

std::vector<Command> AddTermsCommands(CLI::App& app) {
  CLI::App& group = *app.add_subcommand("terms", "Disease names: standard names and codes");
  group.require_subcommand(1);
  return {AddBuildCommand(group), AddMatchCommand(group), AddUpdateCommand(group)};
}

}  // namespace blindlink::agent
