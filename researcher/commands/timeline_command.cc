#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "CLI/App.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "researcher/commands/commands.h"
#include "researcher/timeline/person_table.h"
#include "researcher/timeline/timeline.h"

namespace blindlink::researcher {
namespace {

constexpr char kFooter[] =
    "Examples:\n"
    "  blindlink-researcher timeline --entities entities.csv.zst --extract north/core \\\n"
    "      --extract south/core --out timeline.csv.zst --report timeline.html\n"
    "  blindlink-researcher timeline --person 0123456789abcdef0123456789abcdef \\\n"
    "      --timeline timeline.csv.zst\n\n"
    "Writes timeline.csv.zst (events), timeline.persons.csv.zst (persons), and a manifest beside\n"
    "each. Formats: docs/formats/timeline.md.";

constexpr uint64_t kMegabyte = uint64_t{1} << 20;

struct TimelineArguments {
  TimelineRequest request;
  uint64_t memory = 512;
  std::string person;
  std::string timeline_file;  // to read for `person`
};

// timeline.csv.zst -> timeline.persons.csv.zst
std::string PersonsFileOf(const std::string& out) {
  absl::string_view stem = out;
  const std::string zst = absl::ConsumeSuffix(&stem, ".zst") ? ".zst" : "";
  const std::string csv = absl::ConsumeSuffix(&stem, ".csv") ? ".csv" : "";
  return absl::StrCat(stem, ".persons", csv.empty() && zst.empty() ? ".csv" : csv, zst);
}

void PrintOutcome(const TimelineOutcome& outcome, const std::string& out) {
  const CopyCounts& copies = outcome.summary.copies;
  absl::PrintF("%s: %d events of %d persons (%d with care, %d only enrolled, %d without events)\n",
               out, outcome.rows, outcome.summary.persons, outcome.summary.with_care,
               outcome.summary.enrolled_only, outcome.summary.without_events);
  absl::PrintF("copies of visits: %d (%d by receipt, %d by content)\n",
               copies.by_receipt + copies.by_content, copies.by_receipt, copies.by_content);
  for (const std::string& warning : outcome.warnings) {
    absl::FPrintF(stderr, "warning: %s\n", warning);
  }
}

absl::Status PrintPerson(const TimelineArguments& arguments) {
  BL_ASSIGN_OR_RETURN(const std::string table,
                      PersonTable(arguments.timeline_file, arguments.person));
  absl::PrintF("%s", table);
  return fflush(stdout) == 0 ? absl::OkStatus()
                             : absl::UnknownError("cannot write standard output");
}

absl::Status RunTimeline(TimelineArguments arguments) {
  if (!arguments.person.empty()) return PrintPerson(arguments);
  TimelineRequest& request = arguments.request;
  request.memory = arguments.memory * kMegabyte;
  request.show_progress = true;
  if (request.persons_file.empty()) request.persons_file = PersonsFileOf(request.out_file);
  BL_ASSIGN_OR_RETURN(const TimelineOutcome outcome, BuildTimeline(request));
  PrintOutcome(outcome, request.out_file);
  return fflush(stdout) == 0 ? absl::OkStatus()
                             : absl::UnknownError("cannot write standard output");
}

void AddFiles(TimelineArguments* arguments, CLI::App* app) {
  TimelineRequest& request = arguments->request;
  CLI::Option* entities =
      app->add_option("--entities", request.entities_file, "Entity map of the run");
  CLI::Option* extract =
      app->add_option("--extract", request.extract_folders, "A site's extract; once for each site");
  CLI::Option* out =
      app->add_option("--out", request.out_file, "The timeline; compressed if it ends in .zst");
  entities->needs(extract)->needs(out);
  extract->needs(entities);
  out->needs(entities);
  app->add_option("--persons", request.persons_file,
                  "The persons file (default: beside --out, e.g. timeline.persons.csv.zst)")
      ->needs(out);
  app->add_option("--sqlite", request.sqlite_file, "Also write an SQLite database")->needs(out);
  app->add_option("--report", request.page_file,
                  "Also write a summary to read and print (self-contained HTML)")
      ->needs(out);
  app->add_option("--json", request.json_file, "Also write the summary as JSON")->needs(out);
  CLI::Option* person =
      app->add_option("--person", arguments->person,
                      "Only print the events of this entity, as a table, from --timeline")
          ->excludes(entities);
  CLI::Option* timeline =
      app->add_option("--timeline", arguments->timeline_file, "A timeline written before");
  person->needs(timeline);
  timeline->needs(person);
}

// Two outputs in one file would destroy each other.
void CheckOutputs(const TimelineRequest& request) {
  std::set<std::string> names;
  for (const std::string& name : {request.out_file, request.persons_file, request.sqlite_file,
                                  request.page_file, request.json_file}) {
    if (!name.empty() && !names.insert(name).second) {
      throw CLI::ValidationError("two outputs have the same file");
    }
  }
}

}  // namespace

Command AddTimelineCommand(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "timeline", "Bring each person's events of all sites' extracts into one order");
  app->footer(kFooter);
  auto arguments = std::make_shared<TimelineArguments>();
  AddFiles(arguments.get(), app);
  TimelineRequest& request = arguments->request;
  app->add_option("--k", request.k,
                  "Least persons in a group with the same quasi-identifiers, for the warning "
                  "(default: the release plan's, or 11)")
      ->check(CLI::PositiveNumber);
  app->add_option("--memory", arguments->memory, "Megabytes for sorting [512]")
      ->check(CLI::Range(uint64_t{16}, uint64_t{1} << 20));
  request.threads = std::max(1U, std::thread::hardware_concurrency());
  app->add_option("--threads", request.threads, "Threads [one per processor]")
      ->check(CLI::Range(size_t{1}, size_t{256}));
  app->add_option("--scratch", request.scratch,
                  "Folder for temporary files, as large as the extracts uncompressed (default: "
                  "that of --out)");
  app->callback([app, arguments] {
    if (app->count("--person") == 0 && app->count("--entities") == 0) {
      throw CLI::RequiredError("--entities with --extract and --out, or --person");
    }
    CheckOutputs(arguments->request);
  });
  return {app, [arguments] { return RunTimeline(*arguments); }};
}

}  // namespace blindlink::researcher
