#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/blocks/block_sink.h"
#include "agent/canary/canary_rows.h"
#include "agent/canary/canary_search.h"
#include "agent/commands/commands.h"
#include "agent/commands/input_flags.h"
#include "agent/commands/tokenize_job.h"
#include "agent/input/column_mapping.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/passphrase_flag.h"
#include "common/cli/report_output.h"
#include "common/csv/csv_reader.h"
#include "common/telemetry/progress.h"

namespace blindlink::agent {
namespace {

// --- make ----------------------------------------------------------------------------------------

struct MakeFlags {
  CanaryOptions options;
  std::string plan;
  std::string out;
};

absl::Status Make(const MakeFlags& flags) {
  BL_ASSIGN_OR_RETURN(const Plan plan, LoadPlan(flags.plan));
  BL_ASSIGN_OR_RETURN(const std::string rows, MakeCanaryRows(flags.options, plan));
  BL_RETURN_IF_ERROR(WriteNewFile(flags.out, rows, 0600));
  absl::PrintF(
      "%d canaries are in %s. Add them to the records before they are sent, as  tail -n +2 %s >> "
      "%s\nand keep the file: whoever has it can leave them out.\n",
      flags.options.count, flags.out, flags.out, flags.options.like);
  return absl::OkStatus();
}

Command AddMakeCommand(CLI::App& group) {
  auto flags = std::make_shared<MakeFlags>();
  CLI::App* command =
      group.add_subcommand("make", "Invent people for this site's file, known to nobody else");
  command
      ->add_option("--like", flags->options.like,
                   "The site's file of records (CSV with commas): its header and places are used")
      ->required();
  command->add_option("--plan", flags->plan, "The linkage plan (.textproto)")->required();
  command->add_option("--columns", flags->options.columns,
                      "Which columns are what: ROLE=HEADER,... [recognized]");
  command->add_option("--count", flags->options.count, "How many [10]");
  command->add_option("--email-domain", flags->options.email_domain,
                      "Give them e-mail addresses in this domain, whose mail you receive [none]");
  command->add_option("--out", flags->out, "The CSV file to write")->required();
  command->footer(
      "Example:\n  blindlink-agent canaries make --like patients.csv --plan us-default.textproto "
      "\\\n      --out canaries-2026.csv");
  return {command, [flags] { return Make(*flags); }};
}

// --- check, marks --------------------------------------------------------------------------------

struct CheckFlags {
  std::vector<std::string> canaries;
  std::string plan;
  std::vector<std::string> files;
  TokenizeFlags tokenize;
  std::string json;
};

// Keeps what would be sent, but the tokens of oblivious match keys, which a dry run does not make.
class MarksSink : public BlockSink {
 public:
  explicit MarksSink(const Plan& plan) : plan_(plan) {}
  absl::Status Write(v1::TokenBlock block) override {
    constexpr size_t kSize = RecordPseudonym::kSize;
    for (const v1::TokenColumn& column : block.columns()) {
      if (plan_.FindMatchKey(column.match_key())->oblivious) continue;
      for (int i = 0; i < column.records_size(); ++i) {
        const std::string record = block.record_ids().substr(column.records(i) * kSize, kSize);
        tokens_[record].insert(column.tokens().substr(static_cast<size_t>(i) * kSize, kSize));
      }
    }
    return absl::OkStatus();
  }
  std::vector<std::string> TokensOf(const RecordPseudonym& record) const {
    const auto found = tokens_.find(std::string(record.AsView()));
    if (found == tokens_.end()) return {};
    return {found->second.begin(), found->second.end()};
  }

 private:
  const Plan& plan_;
  std::map<std::string, std::set<std::string>> tokens_;  // by pseudonym
};

// What of a row is searched for as text.
bool IsMarkInText(absl::string_view role) {
  return role == kRecordIdRole || role == "last_name" || role == "full_name" || role == "email";
}

absl::StatusOr<std::vector<CanaryMarks>> MarksOf(const std::string& file, const CheckFlags& flags,
                                                 const Plan& plan, const RecordKey& key) {
  TokenizeFlags tokenize = flags.tokenize;
  tokenize.input.input = file;
  tokenize.dry_run = true;
  MarksSink sink(plan);
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<TokenizeJob> job,
                      TokenizeJob::Open(tokenize, plan, nullptr));
  BL_RETURN_IF_ERROR(job->Run("making marks", sink).status());
  BL_ASSIGN_OR_RETURN(const auto reader, CsvReader::Open(file));
  BL_ASSIGN_OR_RETURN(const ColumnMapping mapping,
                      MapColumns(reader->header(), tokenize.input.columns, plan));
  std::vector<CanaryMarks> all;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next());
    if (!more) return all;
    CanaryMarks& marks = all.emplace_back();
    for (const MappedColumn& column : mapping.columns) {
      const std::string& value = reader->fields()[column.column];
      if (column.role == kRecordIdRole) {
        marks.pseudonym = key.PseudonymOf(tokenize.project, tokenize.site, value);
        marks.tokens = sink.TokensOf(marks.pseudonym);
      }
      if (IsMarkInText(column.role) && value.size() >= MarkSearch::kMinBytes) {
        marks.texts.push_back(value);
      }
    }
  }
}

// A record key that is made now would give pseudonyms that nobody has.
absl::StatusOr<RecordKey> ExistingRecordKey(const std::string& state) {
  const std::filesystem::path file = std::filesystem::path(state) / "record.key";
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) return RecordKey::ReadOrGenerate(file);
  return absl::NotFoundError(
      absl::StrCat("there is no ", file.string(),
                   ": name the state folder with which the records were sent (--state)"));
}

absl::StatusOr<std::vector<std::vector<CanaryMarks>>> AllMarks(const CheckFlags& flags) {
  BL_ASSIGN_OR_RETURN(const Plan plan, LoadPlan(flags.plan));
  BL_ASSIGN_OR_RETURN(const RecordKey key, ExistingRecordKey(flags.tokenize.state));
  std::vector<std::vector<CanaryMarks>> all;
  for (const std::string& file : flags.canaries) {
    BL_ASSIGN_OR_RETURN(all.emplace_back(), MarksOf(file, flags, plan, key));
  }
  return all;
}

std::string Describe(const CanaryFind& find, size_t canaries, const std::string& name) {
  std::vector<std::string> what;
  const auto add = [&](uint32_t found, const char* by) {
    if (found > 0) what.push_back(absl::StrCat(found, " by ", by));
  };
  add(find.by_text, "name or record id");
  add(find.by_pseudonym, "this site's pseudonyms");
  add(find.by_tokens, "tokens");
  std::string text = absl::StrCat("FOUND of ", canaries, " canaries of ", name, ": ");
  for (size_t i = 0; i < what.size(); ++i) absl::StrAppend(&text, i > 0 ? ", " : "", what[i]);
  return absl::StrCat(text, "; from byte ", find.first_byte, " on");
}

void WriteFind(const std::string& file, const std::string& canaries, const CanaryFind& find,
               JsonWriter* json) {
  json->BeginObject().Key("file").Text(file).Key("canaries").Text(canaries);
  json->Key("by_text").Number(uint64_t{find.by_text});
  json->Key("by_pseudonym").Number(uint64_t{find.by_pseudonym});
  json->Key("by_tokens").Number(uint64_t{find.by_tokens});
  json->Key("first_byte").Number(uint64_t{find.first_byte}).EndObject();
}

absl::Status Check(const CheckFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto all, AllMarks(flags));
  BL_ASSIGN_OR_RETURN(const CanarySearch search, CanarySearch::Make(all));
  size_t files_with = 0;
  std::string text;
  JsonWriter json;
  json.BeginArray();
  Progress progress("searching", "files", flags.files.size());
  for (size_t i = 0; i < flags.files.size(); ++i) {
    BL_ASSIGN_OR_RETURN(const std::vector<CanaryFind> finds, search.Search(flags.files[i]));
    bool any = false;
    for (size_t of = 0; of < finds.size(); ++of) {
      if (!finds[of].any()) continue;
      any = true;
      absl::StrAppend(&text, flags.files[i], ": ",
                      Describe(finds[of], all[of].size(), flags.canaries[of]), "\n");
      WriteFind(flags.files[i], flags.canaries[of], finds[of], &json);
    }
    if (!any) absl::StrAppend(&text, flags.files[i], ": none\n");
    files_with += any ? 1 : 0;
    progress.Set(i + 1);
  }
  json.EndArray();
  BL_RETURN_IF_ERROR(PrintReport(text, json.Finish(), flags.json));
  if (files_with == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("canaries are in ", files_with, " of ", flags.files.size(),
                   " files: docs/incident.md says what to do (A canary is found)"));
}

absl::Status PrintMarks(const CheckFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto all, AllMarks(flags));
  for (const std::vector<CanaryMarks>& of_file : all) {
    for (const CanaryMarks& canary : of_file) {
      absl::PrintF("%s\n", HexEncode(canary.pseudonym.AsView()));
    }
  }
  return absl::OkStatus();
}

constexpr char kExampleFlags[] =
    " --canaries canaries-2026.csv --plan us-default.textproto \\\n"
    "      --project flu --site general --token-key token.key --state state";

CLI::App* AddSearchCommand(CLI::App& group, const std::string& name, const std::string& description,
                           const std::string& example, CheckFlags* flags) {
  CLI::App* command = group.add_subcommand(name, description);
  command
      ->add_option("--canaries", flags->canaries,
                   "A file of canaries of this site (repeat; a find names which)")
      ->required();
  command->add_option("--plan", flags->plan, "The linkage plan (.textproto)")->required();
  command->add_option("--columns", flags->tokenize.input.columns,
                      "Which columns are what: ROLE=HEADER,... [recognized]");
  command->add_option("--project", flags->tokenize.project, "Name of the project")
      ->required()
      ->check(IsName());
  command->add_option("--site", flags->tokenize.site, "Name of this site")
      ->required()
      ->check(IsName());
  command->add_option("--token-key", flags->tokenize.token_key, "The project's token key")
      ->required();
  AddPassphraseFlag(*command);
  command->add_option("--state", flags->tokenize.state, "This site's folder with its record key")
      ->required();
  command->footer(
      absl::StrCat("Example:\n  blindlink-agent canaries ", name, kExampleFlags, example));
  return command;
}

Command AddCheckCommand(CLI::App& group) {
  auto flags = std::make_shared<CheckFlags>();
  CLI::App* command = AddSearchCommand(
      group, "check", "Look for canaries in files of any kind, plain, gzip or zstd",
      " suspicious.csv\n\nExit code 4: canaries were found.", flags.get());
  command->add_option("files", flags->files, "The files to look into")->required();
  AddJsonFlag(*command, "what was found", &flags->json);
  return {command, [flags] { return Check(*flags); }};
}

Command AddMarksCommand(CLI::App& group) {
  auto flags = std::make_shared<CheckFlags>();
  CLI::App* command = AddSearchCommand(
      group, "marks",
      "Print the canaries' pseudonyms, by which the resolver's operator finds them under a grant "
      "(blindlink-resolver access trace)",
      " > marks.txt", flags.get());
  return {command, [flags] { return PrintMarks(*flags); }};
}

}  // namespace

std::vector<Command> AddCanariesCommands(CLI::App& app) {
  CLI::App& group = *app.add_subcommand(
      "canaries", "Records of nobody, whose appearance shows a leak (docs/access.md)");
  group.require_subcommand(1);
  return {AddMakeCommand(group), AddCheckCommand(group), AddMarksCommand(group)};
}

}  // namespace blindlink::agent
