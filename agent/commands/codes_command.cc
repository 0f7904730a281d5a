#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "agent/clinical/codes/code_check.h"
#include "agent/clinical/codes/code_generalizer.h"
#include "agent/clinical/codes/code_input.h"
#include "agent/clinical/codes/code_planner.h"
#include "agent/clinical/codes/code_survey.h"
#include "agent/clinical/codes/official_files.h"
#include "agent/commands/commands.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/base/partial_file.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"
#include "common/crypto/sha256.h"
#include "common/csv/csv_writer.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

// What several of the commands have.
struct CodesFlags {
  CodeInputOptions input;
  std::string book;
  std::string release;
  std::string map;
  std::string out;
  std::string json;
  std::vector<std::string> files;  // a folder, or surveys
  double max_rare = 0.05;
  bool strict = false;
};

std::string DigestOf(absl::string_view text) { return HexEncode(AsView(Sha256Of(text))); }

// What a code book was made of.
struct BuiltBook {
  std::vector<CodeFile> files;
  std::vector<CodeBookBuilder::SystemCount> systems;
  std::string digest;
};

std::string BookText(const BuiltBook& book) {
  std::string text;
  for (const CodeFile& file : book.files) {
    absl::StrAppendFormat(&text, "%-34s %-10s %8d rows  %.16s  %s\n", file.use, file.edition,
                          file.rows, file.sha256, file.path);
  }
  for (const CodeBookBuilder::SystemCount& system : book.systems) {
    absl::StrAppend(&text, "\n", system.system, ": ", system.codes, " codes and headings, ",
                    system.billable, " billable in the newest of the editions ",
                    absl::StrJoin(system.editions, ", "), "\n");
    for (const auto& [level, codes] : system.with_group) {
      absl::StrAppendFormat(&text, "  %-16s %8d have one\n", level, codes);
    }
  }
  return absl::StrCat(text, "\ncode book ", book.digest, "\n");
}

std::string BookJson(const BuiltBook& book) {
  JsonWriter json;
  json.BeginObject().Key("digest").Text(book.digest).Key("files").BeginArray();
  for (const CodeFile& file : book.files) {
    json.BeginObject().Key("use").Text(file.use).Key("edition").Text(file.edition);
    json.Key("rows").Number(uint64_t{file.rows}).Key("sha256").Text(file.sha256);
    json.Key("path").Text(file.path).EndObject();
  }
  json.EndArray().Key("systems").BeginArray();
  for (const CodeBookBuilder::SystemCount& system : book.systems) {
    json.BeginObject().Key("system").Text(system.system);
    json.Key("codes").Number(uint64_t{system.codes});
    json.Key("billable").Number(uint64_t{system.billable}).Key("editions").BeginArray();
    for (const std::string& edition : system.editions) json.Text(edition);
    json.EndArray().Key("with_group").BeginObject();
    for (const auto& [level, codes] : system.with_group) {
      json.Key(level).Number(uint64_t{codes});
    }
    json.EndObject().EndObject();
  }
  json.EndArray().EndObject();
  return json.Finish();
}

absl::Status Build(const CodesFlags& flags) {
  CodeBookBuilder builder;
  BuiltBook book;
  for (const std::string& folder : flags.files) {
    BL_ASSIGN_OR_RETURN(const std::vector<CodeFile> files, AddCodeFiles(folder, &builder));
    book.files.insert(book.files.end(), files.begin(), files.end());
  }
  BL_ASSIGN_OR_RETURN(const std::string text, builder.Finish(&book.systems));
  BL_RETURN_IF_ERROR(WriteFileAtomically(flags.out, text));
  book.digest = DigestOf(text);
  return PrintReport(BookText(book), BookJson(book), flags.json);
}

absl::StatusOr<std::vector<v1::CodeRule>> RulesOf(const CodesFlags& flags) {
  if (flags.release.empty()) return std::vector<v1::CodeRule>();
  return LoadCodeRules(flags.release);
}

absl::Status ReadAll(const CodesFlags& flags, const CodeBook& book,
                     const std::vector<CodeTarget>& targets, const char* activity,
                     const std::function<void(const CodeRow&)>& use) {
  Progress progress(activity, "rows", 0);
  BL_RETURN_IF_ERROR(ReadCodes(flags.input, book, targets, use,
                               [&](uint64_t rows, double share) { progress.Set(rows, share); }));
  progress.Finish();
  return absl::OkStatus();
}

absl::Status Check(const CodesFlags& flags) {
  BL_ASSIGN_OR_RETURN(const CodeBook book, CodeBook::Open(flags.book));
  CodeCheck check(book);
  std::string problems;
  AppendCsvRow({"file", "row", "column", "problem"}, &problems);
  std::string first;
  BL_RETURN_IF_ERROR(ReadAll(flags, book, {}, "checking", [&](const CodeRow& row) {
    const CodeVerdict verdict = check.Add(row.system, row.code, row.date);
    if (!CodeCheck::IsProblem(verdict)) return;
    if (first.empty()) {
      first = absl::StrCat(row.file, ", row ", row.row, ", column '", row.column,
                           "': ", CodeVerdictName(verdict));
    }
    if (flags.out.empty()) return;
    AppendCsvRow({row.file, absl::StrCat(row.row), row.column, CodeVerdictName(verdict)},
                 &problems);
  }));
  if (!flags.out.empty()) BL_RETURN_IF_ERROR(WriteFileAtomically(flags.out, problems, 0600));
  BL_RETURN_IF_ERROR(PrintReport(check.ToText(), check.ToJson(), flags.json));
  if (!flags.strict || check.problems() == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(check.problems(), " codes are wrong; the first: ", first));
}

absl::Status Survey(const CodesFlags& flags) {
  BL_ASSIGN_OR_RETURN(const CodeBook book, CodeBook::Open(flags.book));
  BL_ASSIGN_OR_RETURN(const std::vector<v1::CodeRule> rules, RulesOf(flags));
  BL_ASSIGN_OR_RETURN(const std::vector<CodeTarget> targets, CheckRules(rules, book));
  CodeSurveyor surveyor(book, targets);
  BL_RETURN_IF_ERROR(ReadAll(flags, book, targets, "counting", [&](const CodeRow& row) {
    surveyor.Add(PersonNumber(row.person), row.system, row.code);
  }));
  const CodeSurvey survey = surveyor.Finish();
  BL_RETURN_IF_ERROR(WriteFileAtomically(flags.out, survey.ToText(), 0600));
  for (const auto& [name, system] : survey.systems) {
    printf("%-12s %zu codes and groups and %zu pairs that at least %d persons have\n", name.c_str(),
           system.nodes.size(), system.pairs.size(), static_cast<int>(kMinCell));
  }
  return absl::OkStatus();
}

absl::Status Plan(const CodesFlags& flags) {
  BL_ASSIGN_OR_RETURN(const CodeBook book, CodeBook::Open(flags.book));
  BL_ASSIGN_OR_RETURN(const std::vector<v1::CodeRule> rules, RulesOf(flags));
  BL_ASSIGN_OR_RETURN(const std::vector<CodeTarget> targets, CheckRules(rules, book));
  std::vector<CodeSurvey> surveys;
  for (const std::string& file : flags.files) {
    BL_ASSIGN_OR_RETURN(surveys.emplace_back(), CodeSurvey::Open(file));
  }
  BL_ASSIGN_OR_RETURN(const std::vector<SystemPlan> plans,
                      PlanCodes(book, targets, surveys, flags.max_rare));
  std::vector<CodeMap::Row> rows;
  for (const SystemPlan& plan : plans) {
    rows.insert(rows.end(), plan.rows.begin(), plan.rows.end());
    printf(
        "%-12s %zu codes and groups released; about %.0f %% of the entropy kept; at most about "
        "%.1f %% of persons with a rare combination after linkage\n",
        plan.system.c_str(), plan.rows.size(), 100 * plan.entropy_kept, 100 * plan.rare_persons);
  }
  const std::string text = CodeMap::ToText(rows, book.digest());
  BL_RETURN_IF_ERROR(WriteFileAtomically(flags.out, text));
  printf("\nIn each rule of the release plan write\n  code_map: \"%s\"\n", DigestOf(text).c_str());
  return absl::OkStatus();
}

// Writes the released codes, row by row as they were read.
absl::Status WriteReleased(const CodesFlags& flags, const CodeBook& book,
                           const std::vector<CodeTarget>& targets,
                           const CodeGeneralizer& generalizer) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<PartialFile> file, PartialFile::Create(flags.out));
  std::string text;
  absl::Status written;
  AppendCsvRow({"person", "date", "code_system", "code", "level"}, &text);
  BL_RETURN_IF_ERROR(ReadAll(flags, book, targets, "writing", [&](const CodeRow& row) {
    const CodeRung released = generalizer.Released(PersonNumber(row.person), row.system, row.code);
    AppendCsvRow({row.person, row.date, row.system, released.code, released.level}, &text);
    written.Update(file->Append(text));
    text.clear();
  }));
  BL_RETURN_IF_ERROR(written);
  return file->Finish();
}

absl::Status Apply(const CodesFlags& flags) {
  BL_ASSIGN_OR_RETURN(const CodeBook book, CodeBook::Open(flags.book));
  BL_ASSIGN_OR_RETURN(const std::vector<v1::CodeRule> rules, RulesOf(flags));
  BL_ASSIGN_OR_RETURN(const std::vector<CodeTarget> targets, CheckRules(rules, book));
  CodeMap map;
  if (!flags.map.empty()) {
    BL_ASSIGN_OR_RETURN(map, CodeMap::Open(flags.map));
  }
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<CodeGeneralizer> generalizer,
                      CodeGeneralizer::Create(book, rules, flags.map.empty() ? nullptr : &map));
  BL_RETURN_IF_ERROR(ReadAll(flags, book, targets, "counting", [&](const CodeRow& row) {
    generalizer->Add(PersonNumber(row.person), row.system, row.code);
  }));
  generalizer->Prepare();
  const std::vector<CodeUtility> utility = generalizer->Utility();
  if (!flags.out.empty()) BL_RETURN_IF_ERROR(WriteReleased(flags, book, targets, *generalizer));
  return PrintReport(UtilityText(utility), UtilityJson(utility), flags.json);
}

void AddBookFlag(CLI::App& command, CodesFlags* flags) {
  command.add_option("--book", flags->book, "The code book that codes build wrote")->required();
}

void AddReleaseFlag(CLI::App& command, CodesFlags* flags) {
  command.add_option("--release", flags->release,
                     "The release plan (.textproto) [11 persons, no combinations]");
}

void AddInputFlags(CLI::App& command, CodesFlags* flags) {
  command
      .add_option("--input", flags->input.files,
                  "A table with one code a row: CSV, TSV, plain, gzip or zstd (repeat)")
      ->required();
  command.add_option("--claims", flags->input.claims,
                     "The table that says whose each claim is, if --input names claims only");
  command.add_option("--columns", flags->input.columns,
                     "person=NAME,claim=NAME,code=NAME,code_system=NAME,date=NAME: columns that "
                     "are not found by themselves");
  command.add_option("--code-system", flags->input.code_system,
                     "The code system of rows that name none");
}

Command AddBuild(CLI::App& group) {
  CLI::App* command =
      group.add_subcommand("build", "Make a code book from folders of official files");
  auto flags = std::make_shared<CodesFlags>();
  command->add_option("FOLDER", flags->files, "Official files and NAME.hierarchy.csv")->required();
  command->add_option("--out", flags->out, "The code book to write")->required();
  AddJsonFlag(*command, "what it was made of", &flags->json);
  command->footer(
      "Example:\n  blindlink-agent codes build cms-files our-hierarchies --out book.csv");
  return {command, [flags] { return Build(*flags); }};
}

Command AddCheck(CLI::App& group) {
  CLI::App* command = group.add_subcommand(
      "check", "Count codes that are unknown, not billable, of another year or another system");
  auto flags = std::make_shared<CodesFlags>();
  AddBookFlag(*command, flags.get());
  AddInputFlags(*command, flags.get());
  AddJsonFlag(*command, "the counts", &flags->json);
  command->add_option("--problems", flags->out,
                      "Also write file, row and column of each wrong code to this file (CSV)");
  command->add_flag("--strict", flags->strict, "Fail (exit code 3) if any code is wrong");
  command->footer(
      "Example:\n  blindlink-agent codes check --book book.csv --input diagnoses.csv.gz \\\n"
      "      --claims claims.csv.gz");
  return {command, [flags] { return Check(*flags); }};
}

Command AddSurvey(CLI::App& group) {
  CLI::App* command = group.add_subcommand(
      "survey", "Count persons by code for codes plan; counts below 11 are left out");
  auto flags = std::make_shared<CodesFlags>();
  AddBookFlag(*command, flags.get());
  AddReleaseFlag(*command, flags.get());
  AddInputFlags(*command, flags.get());
  command->add_option("--out", flags->out, "The survey to write (CSV)")->required();
  command->footer(
      "Example:\n  blindlink-agent codes survey --book book.csv --release plan.textproto \\\n"
      "      --input diagnoses.csv.gz --claims claims.csv.gz --out survey-a.csv");
  return {command, [flags] { return Survey(*flags); }};
}

Command AddPlan(CLI::App& group) {
  CLI::App* command = group.add_subcommand(
      "plan", "Make the code map that all sites use from the surveys of all sites");
  auto flags = std::make_shared<CodesFlags>();
  command->add_option("SURVEY", flags->files, "The survey of each site")->required();
  AddBookFlag(*command, flags.get());
  AddReleaseFlag(*command, flags.get());
  command
      ->add_option("--max-rare", flags->max_rare,
                   "The largest expected share of persons with a combination that is rare after "
                   "linkage [0.05]")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--out", flags->out, "The code map to write (CSV)")->required();
  command->footer(
      "Example:\n  blindlink-agent codes plan survey-a.csv survey-b.csv --book book.csv \\\n"
      "      --release plan.textproto --out code_map.csv");
  return {command, [flags] { return Plan(*flags); }};
}

Command AddApply(CLI::App& group) {
  CLI::App* command = group.add_subcommand(
      "apply", "Report what generalization leaves of a site's codes, and write them if asked");
  auto flags = std::make_shared<CodesFlags>();
  AddBookFlag(*command, flags.get());
  AddReleaseFlag(*command, flags.get());
  AddInputFlags(*command, flags.get());
  command->add_option("--map", flags->map, "The code map, if the release plan names one");
  command->add_option("--out", flags->out,
                      "Also write person, date and released code of each row to this file (CSV)");
  AddJsonFlag(*command, "the report", &flags->json);
  command->footer(
      "Example:\n  blindlink-agent codes apply --book book.csv --release plan.textproto \\\n"
      "      --map code_map.csv --input diagnoses.csv.gz --claims claims.csv.gz");
  return {command, [flags] { return Apply(*flags); }};
}

}  // namespace

std::vector<Command> AddCodesCommands(CLI::App& app) {
  CLI::App* group = app.add_subcommand(
      "codes", "Code books, checks of codes, and the code map that a project's sites share");
  group->require_subcommand(1);
  return {AddBuild(*group), AddCheck(*group), AddSurvey(*group), AddPlan(*group), AddApply(*group)};
}

}  // namespace blindlink::agent
