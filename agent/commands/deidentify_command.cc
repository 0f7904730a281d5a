#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/code_map.h"
#include "agent/clinical/codes/code_text.h"
#include "agent/clinical/codes/code_utility.h"
#include "agent/clinical/release/deidentify.h"
#include "agent/clinical/release/extract_writer.h"
#include "agent/clinical/release/person_groups.h"
#include "agent/clinical/release_plan/release_plan.h"
#include "agent/clinical/source/clinical_source.h"
#include "agent/clinical/terms/term_matcher.h"
#include "agent/commands/commands.h"
#include "agent/commands/interrupt.h"
#include "agent/keys/destroyed_keys.h"
#include "agent/keys/token_key.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/passphrase_flag.h"
#include "common/crypto/file_digest.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

struct DeidentifyFlags {
  ClinicalOptions source;
  std::string date_order;
  std::string release;
  std::string out;
  std::string project;
  std::string site;
  std::string dataset;
  std::string token_key;
  std::filesystem::path state;
  std::string seeds;
  bool alone = false;
  std::string terms;
  std::string codes;
  std::string code_map;
  std::string survey;
  bool dry_run = false;
};

// What stays at the site: reports and rejects, beside the site's other files.
std::filesystem::path OwnFile(const DeidentifyFlags& flags, const char* ending) {
  return flags.state /
         absl::StrCat(flags.project, ".", flags.site, ".", flags.dataset, ".", ending);
}

// Everything that is opened before the first row is read, so that a mistake costs no time.
struct Opened {
  std::unique_ptr<TokenKey> token_key;
  std::unique_ptr<RecordKey> record_key;
  std::optional<ReleasePlan> plan;
  std::optional<ShiftSeeds> seeds;
  // Not moved: the matcher refers to the dictionary.
  std::unique_ptr<TermDictionary> dictionary;
  std::unique_ptr<TermMatcher> matcher;
  std::optional<CodeBook> codes;
  std::optional<CodeMap> code_map;
  std::unique_ptr<ClinicalSource> source;
};

absl::Status OpenKeys(const DeidentifyFlags& flags, Opened* opened) {
  BL_ASSIGN_OR_RETURN(TokenKey token_key, TokenKey::Read(flags.token_key));
  BL_RETURN_IF_ERROR(
      DestroyedKeys(flags.state).CheckUsable(flags.project, token_key.KeyId(flags.project)));
  opened->token_key = std::make_unique<TokenKey>(std::move(token_key));
  const std::filesystem::path file = flags.state / "record.key";
  if (!std::filesystem::exists(file)) {
    return absl::NotFoundError(absl::StrCat(
        file.string(),
        " is missing: name the folder with which the site's records were uploaded, since "
        "extracts must name persons as the linkage does"));
  }
  BL_ASSIGN_OR_RETURN(RecordKey record_key, RecordKey::ReadOrGenerate(file));
  opened->record_key = std::make_unique<RecordKey>(std::move(record_key));
  return absl::OkStatus();
}

absl::Status OpenSeeds(const DeidentifyFlags& flags, Opened* opened) {
  if (flags.alone) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(opened->seeds, ShiftSeeds::Read(flags.seeds));
  if (opened->seeds->project() == flags.project) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      flags.seeds, " is of project ", opened->seeds->project(), ", not of ", flags.project));
}

absl::Status OpenDictionaries(const DeidentifyFlags& flags, Opened* opened) {
  const v1::ReleasePlan& plan = opened->plan->proto();
  if (!flags.terms.empty()) {
    BL_ASSIGN_OR_RETURN(TermDictionary dictionary, TermDictionary::Open(flags.terms));
    opened->dictionary = std::make_unique<TermDictionary>(std::move(dictionary));
    opened->matcher = std::make_unique<TermMatcher>(*opened->dictionary, plan.terms().min_right());
  }
  if (!plan.terms().dictionary().empty() &&
      (opened->dictionary == nullptr ||
       opened->dictionary->digest() != plan.terms().dictionary())) {
    return absl::FailedPreconditionError(
        absl::StrCat("the release plan asks for the dictionary of digest ",
                     plan.terms().dictionary(), ": name it with --terms"));
  }
  if (!flags.codes.empty()) {
    BL_ASSIGN_OR_RETURN(opened->codes, CodeBook::Open(flags.codes));
  }
  if (!flags.code_map.empty()) {
    BL_ASSIGN_OR_RETURN(opened->code_map, CodeMap::Open(flags.code_map));
  }
  return absl::OkStatus();
}

absl::StatusOr<Opened> Open(const DeidentifyFlags& flags) {
  Opened opened;
  BL_ASSIGN_OR_RETURN(opened.plan, ReleasePlan::Load(flags.release));
  for (const v1::DataProduct& product : opened.plan->proto().products()) {
    BL_RETURN_IF_ERROR(ExtractWriter::Check(flags.out, product));
  }
  BL_RETURN_IF_ERROR(OpenKeys(flags, &opened));
  BL_RETURN_IF_ERROR(OpenSeeds(flags, &opened));
  BL_RETURN_IF_ERROR(OpenDictionaries(flags, &opened));
  ClinicalOptions source = flags.source;
  for (const v1::QuasiIdentifier& identifier : opened.plan->proto().quasi_identifiers()) {
    source.person_columns.push_back(identifier.column());
  }
  for (const v1::SensitiveColumn& sensitive : opened.plan->proto().targets().sensitive()) {
    source.person_columns.push_back(sensitive.column());
  }
  BL_ASSIGN_OR_RETURN(opened.source, ClinicalSource::Open(source));
  return opened;
}

absl::StatusOr<std::unique_ptr<Deidentifier>> MakeDeidentifier(const DeidentifyFlags& flags,
                                                               const Opened& opened,
                                                               CodeSurveyor* surveyor) {
  const v1::ReleasePlan& plan = opened.plan->proto();
  BL_ASSIGN_OR_RETURN(DateMask dates, DateMask::Make(plan.dates()));
  const TokenKey& key = *opened.token_key;
  const RecordKey* const record_key = opened.record_key.get();
  Deidentifier::Parts parts{
      .plan = plan,
      .scratch = flags.state,
      .pseudonym_of =
          [record_key, &flags](absl::string_view person) {
            return record_key->PseudonymOf(flags.project, flags.site, person);
          },
      .seeds = opened.seeds.has_value() ? &*opened.seeds : nullptr,
      .shift = DateShift(key.DeriveReleaseKey(flags.project, DateShift::kPurpose), plan.dates()),
      .dates = std::move(dates),
      .ids = ReleaseIds(record_key->DeriveReleaseKey(flags.project, flags.site),
                        key.DeriveReleaseKey(flags.project, ReleaseIds::kReceiptPurpose)),
      .terms = opened.matcher.get(),
      .codes = opened.codes.has_value() ? &*opened.codes : nullptr,
      .code_map = opened.code_map.has_value() ? &*opened.code_map : nullptr,
      .surveyor = surveyor};
  return Deidentifier::Create(std::move(parts));
}

absl::Status ReadSource(const DeidentifyFlags& flags, ClinicalSource& source,
                        Deidentifier& deidentifier) {
  const std::atomic<bool>* const interrupted = CatchInterrupts();
  BL_ASSIGN_OR_RETURN(const auto rejects,
                      ClinicalRejects::Create(OwnFile(flags, "clinical-rejects.csv").string()));
  Progress progress("reading", "rows", 0);
  BL_RETURN_IF_ERROR(source.ReadAll(
      *rejects, [&](const ClinicalRow& row) { return deidentifier.Take(row); },
      [&](uint64_t rows, double share) {
        progress.Set(rows, share);
        return *interrupted ? absl::CancelledError("interrupted") : absl::OkStatus();
      }));
  progress.Finish();
  BL_RETURN_IF_ERROR(rejects->Finish());
  for (const auto& [where, count] : rejects->counts()) {
    const auto& [file, column, reason] = where;
    fprintf(stderr, "note: %s: %s%s%s: %" PRIu64 " rows, the first is %" PRIu64 "\n", file.c_str(),
            column.c_str(), column.empty() ? "" : ": ", reason.c_str(), count.rows,
            count.first_row);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<DigestedFile>> Digests(const std::vector<std::string>& paths) {
  std::vector<DigestedFile> files;
  for (const std::string& path : paths) {
    if (path.empty()) continue;
    BL_ASSIGN_OR_RETURN(const Sha256Digest digest, DigestOfFile(path));
    files.push_back({std::filesystem::path(path).filename().string(), HexEncode(AsView(digest))});
  }
  return files;
}

absl::StatusOr<ReleaseManifest> MakeManifest(const DeidentifyFlags& flags, const Opened& opened) {
  const v1::ReleasePlan& plan = opened.plan->proto();
  ReleaseManifest manifest;
  manifest.project = flags.project;
  manifest.run = opened.seeds.has_value() ? opened.seeds->run() : "";
  manifest.site = flags.site;
  manifest.dataset = flags.dataset;
  manifest.plan_name = plan.name();
  manifest.plan_version = plan.version();
  manifest.plan_digest = HexEncode(AsView(opened.plan->digest()));
  manifest.k = plan.targets().k();
  manifest.key_id = HexEncode(opened.token_key->KeyId(flags.project));
  std::vector<std::string> inputs;
  for (const ClinicalFile& file : opened.source->files()) {
    if (file.layout != nullptr) inputs.push_back(file.path);
  }
  BL_ASSIGN_OR_RETURN(manifest.inputs, Digests(inputs));
  BL_ASSIGN_OR_RETURN(manifest.dictionaries, Digests({flags.terms, flags.codes, flags.code_map}));
  BL_ASSIGN_OR_RETURN(manifest.hierarchies, Digests(HierarchyFilesOf(*opened.plan)));
  return manifest;
}

// One person must never be released under two shifts: their difference would tell both. What the
// first release of a project did is therefore kept at the site, and another way is refused.
absl::Status KeepDateRules(const DeidentifyFlags& flags, const v1::DateRules& rules) {
  const std::filesystem::path file =
      flags.state / absl::StrCat(flags.project, ".", flags.site, ".release-dates");
  const std::string now =
      absl::StrCat("shift_days ", rules.shift_days(), rules.keep_weekday() ? " keep_weekday" : "",
                   flags.alone ? " alone\n" : " by seeds\n");
  const absl::StatusOr<std::string> before = ReadFile(file);
  if (absl::IsNotFound(before.status())) return WriteFileAtomically(file, now, 0600);
  BL_RETURN_IF_ERROR(before.status());
  if (*before == now) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "this site has released data of project ", flags.project, " with ",
      absl::StripAsciiWhitespace(*before), ", and this release is with ",
      absl::StripAsciiWhitespace(now),
      ": whoever has both would know how far dates are shifted. Release as before, or remove ",
      file.string(), " if nobody has the earlier extracts"));
}

void PrintSummary(const Deidentifier& deidentifier, const std::vector<WrittenTable>& tables) {
  printf("\n%s\n%s\n%s\n", deidentifier.CodeCheckText().c_str(),
         StepsText(deidentifier.Steps()).c_str(), UtilityText(deidentifier.Utility()).c_str());
  for (const WrittenTable& table : tables) {
    printf("%-36s %12" PRIu64 " rows %14" PRIu64 " bytes\n", table.file.c_str(), table.rows,
           table.bytes);
  }
  if (deidentifier.persons_without_seed() > 0) {
    fprintf(stderr,
            "note: %" PRIu64 " persons were left out, since the linkage run does not have them\n",
            deidentifier.persons_without_seed());
  }
}

absl::Status ReadAndMask(const DeidentifyFlags& flags, const Opened& opened,
                         Deidentifier& deidentifier) {
  BL_RETURN_IF_ERROR(ReadSource(flags, *opened.source, deidentifier));
  Progress progress("masking", "persons", 0);
  return deidentifier.Mask([&](uint64_t persons, double share) { progress.Set(persons, share); });
}

absl::Status Survey(const DeidentifyFlags& flags, const Opened& opened) {
  if (!opened.codes.has_value()) {
    return absl::InvalidArgumentError("--survey needs a code book: name it with --codes");
  }
  BL_ASSIGN_OR_RETURN(std::vector<CodeTarget> targets,
                      CheckRules(RulesOf(opened.plan->proto()), *opened.codes));
  for (CodeTarget& target : targets) target.code_map.clear();
  CodeSurveyor surveyor(*opened.codes, std::move(targets));
  BL_ASSIGN_OR_RETURN(const auto deidentifier, MakeDeidentifier(flags, opened, &surveyor));
  BL_RETURN_IF_ERROR(ReadAndMask(flags, opened, *deidentifier));
  return WriteFileAtomically(flags.survey, surveyor.Finish().ToText(), 0600);
}

// A rule that no code is subject to may have a misspelt system.
void NoteIdleRules(const v1::ReleasePlan& plan, const Deidentifier& deidentifier) {
  const std::vector<CodeUtility> systems = deidentifier.Utility();
  if (systems.empty()) return;  // a registry
  for (const v1::CodeRule& rule : plan.codes()) {
    const std::string name = CanonicalSystem(rule.code_system());
    const bool idle = std::none_of(systems.begin(), systems.end(),
                                   [&](const CodeUtility& one) { return one.system == name; });
    if (idle) {
      fprintf(stderr, "note: the release plan has a rule for %s, and no code is of that system\n",
              name.c_str());
    }
  }
}

// Codes of systems or days that the code book knows nothing of may tell when an event was.
void NoteUnjudgedCodes(const v1::ReleasePlan& plan, const CodeBook& book,
                       const Deidentifier& deidentifier) {
  for (const CodeUtility& system : deidentifier.Utility()) {
    const std::vector<std::string> editions = book.Editions(system.system);
    if (editions.empty()) {
      fprintf(
          stderr,
          "note: the code book has no dated list of %s: codes that are new in the period of the "
          "plan would tell when an event was; name them as era_codes, or leave the table out\n",
          system.system.c_str());
    } else if (editions.front() > plan.dates().first_day()) {
      fprintf(stderr,
              "note: the code book's first list of %s is of %s, after the plan's first day: codes "
              "that were new before are not recognized\n",
              system.system.c_str(), editions.front().c_str());
    }
  }
}

absl::Status Deidentify(const DeidentifyFlags& flags) {
  BL_ASSIGN_OR_RETURN(const Opened opened, Open(flags));
  fputs(opened.source->DescribeFiles().c_str(), stdout);
  if (!flags.survey.empty()) return Survey(flags, opened);
  BL_ASSIGN_OR_RETURN(const auto deidentifier, MakeDeidentifier(flags, opened, nullptr));
  BL_ASSIGN_OR_RETURN(const ReleaseManifest manifest, MakeManifest(flags, opened));
  BL_RETURN_IF_ERROR(ReadAndMask(flags, opened, *deidentifier));
  NoteIdleRules(opened.plan->proto(), *deidentifier);
  if (opened.codes.has_value()) {
    NoteUnjudgedCodes(opened.plan->proto(), *opened.codes, *deidentifier);
  }
  BL_ASSIGN_OR_RETURN(const PersonTable persons, deidentifier->PersonsToRecode());
  BL_ASSIGN_OR_RETURN(const PersonGroups groups, GroupPersons(persons, *opened.plan));
  if (!groups.report_html.empty()) {
    BL_RETURN_IF_ERROR(WriteFileAtomically(OwnFile(flags, "risk.html"), groups.report_html, 0600));
    BL_RETURN_IF_ERROR(WriteFileAtomically(OwnFile(flags, "risk.json"), groups.report_json, 0600));
  }
  BL_RETURN_IF_ERROR(groups.verdict);
  if (groups.out_of_range > 0) {
    fprintf(stderr,
            "note: %" PRIu64 " numbers of persons are outside the plan's ranges and not released\n",
            groups.out_of_range);
  }
  if (flags.dry_run) {
    PrintSummary(*deidentifier, {});
    return absl::OkStatus();
  }
  BL_RETURN_IF_ERROR(KeepDateRules(flags, opened.plan->proto().dates()));
  BL_RETURN_IF_ERROR(MakePrivateFolder(flags.out));
  Progress progress("writing", "persons", 0);
  BL_ASSIGN_OR_RETURN(const auto tables,
                      deidentifier->WriteExtracts(
                          flags.out, groups.recoded, manifest,
                          [&](uint64_t persons, double share) { progress.Set(persons, share); }));
  progress.Finish();
  PrintSummary(*deidentifier, tables);
  return absl::OkStatus();
}

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
