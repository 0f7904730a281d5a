#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "CLI/App.hpp"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/access/grant_text.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/crypto/passphrase.h"
#include "common/csv/byte_source.h"
#include "common/marks/mark_search.h"
#include "resolver/access/grant_trace.h"
#include "resolver/coordinator/coordinator_commands.h"

namespace blindlink::resolver {
namespace {

struct TraceFlags {
  std::string data;
  std::string keys;
  std::string passphrase_file;
  std::string project;
  std::string site;
  std::string pseudonyms;
  std::vector<std::string> files;
  std::string json;
};

// What was found, for people and for programs.
struct TraceReport {
  std::string text;
  JsonWriter json;
};

absl::StatusOr<std::vector<RecordPseudonym>> ReadPseudonyms(const std::string& file) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  std::vector<RecordPseudonym> pseudonyms;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipWhitespace())) {
    const std::optional<std::string> bytes = HexDecode(absl::StripAsciiWhitespace(line));
    if (!bytes || bytes->size() != RecordPseudonym::kSize) {
      return absl::InvalidArgumentError(
          absl::StrCat(file, " line ", pseudonyms.size() + 1,
                       ": a pseudonym has 32 hexadecimal digits, one in a line"));
    }
    std::copy(bytes->begin(), bytes->end(), pseudonyms.emplace_back().bytes.begin());
  }
  if (!pseudonyms.empty()) return pseudonyms;
  return absl::InvalidArgumentError(absl::StrCat(file, " has no pseudonym"));
}

absl::StatusOr<MarkSearch> SearchFor(const std::vector<TracedGrant>& grants) {
  std::vector<MarkSearch::Mark> marks;
  size_t number = 0;
  for (const TracedGrant& grant : grants) {
    for (const RecordPseudonym& pseudonym : grant.pseudonyms) {
      marks.push_back({std::string(pseudonym.AsView()), number, /*is_text=*/false});
      marks.push_back({HexEncode(pseudonym.AsView()), number++, /*is_text=*/true});
    }
  }
  return MarkSearch::Make(std::move(marks));
}

void AddFind(const std::string& file, uint64_t records, const TracedGrant& grant,
             TraceReport* report) {
  const v1::AccessRequest& request = grant.grant.request();
  absl::StrAppend(&report->text, file, ": FOUND ", records, " of ", grant.pseudonyms.size(),
                  " under ", grant.grant.grant(), " of researcher ", grant.grant.researcher(), " (",
                  LevelText(request.level()), " of ", request.run(), ", until ",
                  TimeText(request.expires_unix_seconds()), ")\n");
  report->json.BeginObject().Key("file").Text(file).Key("records").Number(records);
  report->json.Key("of").Number(uint64_t{grant.pseudonyms.size()});
  report->json.Key("grant").Text(grant.grant.grant());
  report->json.Key("researcher").Text(grant.grant.researcher());
  report->json.Key("level").Text(LevelText(request.level())).Key("run").Text(request.run());
  report->json.Key("until").Text(TimeText(request.expires_unix_seconds())).EndObject();
}

// Adds what was found in one file; returns whether anything was.
absl::StatusOr<bool> TraceFile(const std::string& file, const std::vector<TracedGrant>& grants,
                               const MarkSearch& search, TraceReport* report) {
  BL_ASSIGN_OR_RETURN(const auto source, OpenByteSource(file));
  BL_ASSIGN_OR_RETURN(const std::vector<MarkSearch::Found> found, search.Search(*source));
  bool any = false;
  size_t number = 0;
  for (const TracedGrant& grant : grants) {
    size_t records = 0;
    for (size_t i = 0; i < grant.pseudonyms.size(); ++i) {
      records += found[number++].times > 0 ? 1 : 0;
    }
    if (records == 0) continue;
    any = true;
    AddFind(file, records, grant, report);
  }
  if (!any) {
    absl::StrAppend(&report->text, file, ": none of ", grants.size(), " grants with a key\n");
  }
  return any;
}

absl::Status Trace(const TraceFlags& flags) {
  if (!flags.passphrase_file.empty()) UsePassphraseFile(flags.passphrase_file);
  const std::filesystem::path data = flags.data;
  BL_ASSIGN_OR_RETURN(const std::vector<RecordPseudonym> records, ReadPseudonyms(flags.pseudonyms));
  BL_ASSIGN_OR_RETURN(
      const std::vector<TracedGrant> grants,
      TraceGrants(data / "projects" / flags.project,
                  flags.keys.empty() ? data / "keys" : std::filesystem::path(flags.keys),
                  flags.site, records));
  BL_ASSIGN_OR_RETURN(const MarkSearch search, SearchFor(grants));
  bool any = false;
  TraceReport report;
  report.json.BeginArray();
  for (const std::string& file : flags.files) {
    BL_ASSIGN_OR_RETURN(const bool found, TraceFile(file, grants, search, &report));
    any = any || found;
  }
  report.json.EndArray();
  BL_RETURN_IF_ERROR(PrintReport(report.text, report.json.Finish(), flags.json));
  if (!any) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "a file comes from a grant: docs/incident.md says what to do (A canary is found)");
}

}  // namespace

Command AddTraceCommand(CLI::App& group) {
  auto flags = std::make_shared<TraceFlags>();
  CLI::App* command = group.add_subcommand(
      "trace", "Operator, on the resolver's machine: from which grant does a file come");
  command->add_option("--data", flags->data, "The resolver's data directory")->required();
  command->add_option("--keys", flags->keys, "Its keys_directory [DATA/keys]");
  command->add_option("--passphrase-file", flags->passphrase_file,
                      "Its passphrase_file, if keys are under one");
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  command->add_option("--site", flags->site, "The site whose canaries these are")
      ->required()
      ->check(IsName());
  command
      ->add_option("--pseudonyms", flags->pseudonyms,
                   "The site's pseudonyms of them, as blindlink-agent canaries marks prints them")
      ->required();
  command->add_option("files", flags->files, "The files to look into")->required();
  AddJsonFlag(*command, "what was found", &flags->json);
  command->footer(
      "Example:\n  blindlink-resolver access trace --data /var/lib/blindlink --project asthma "
      "\\\n      --site hss --pseudonyms marks.txt leaked.csv.zst\n\nReads only, also while the "
      "resolver runs. Exit code 4: a file comes from a grant.");
  return {command, [flags] { return Trace(*flags); }};
}

}  // namespace blindlink::resolver
