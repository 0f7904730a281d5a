#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "researcher/commands/commands.h"
#include "researcher/results/sqlite_export.h"

namespace blindlink::researcher {
namespace {

constexpr char kFooter[] =
    "Example:\n"
    "  blindlink-researcher export --out asthma.sqlite pairs.csv.zst entities.csv.zst\n"
    "  sqlite3 asthma.sqlite 'SELECT rule, count(*) FROM pairs GROUP BY rule'\n\n"
    "Tables: pairs, entities, overlap, events and persons (of a timeline), as many as files are\n"
    "given; sources says where each comes from, and warnings what its run says against itself.";

struct ExportArguments {
  std::vector<std::string> files;
  std::string out;
};

absl::Status RunExport(const ExportArguments& arguments) {
  BL_ASSIGN_OR_RETURN(const SqliteExport done, ExportToSqlite(arguments.files, arguments.out));
  for (const auto& [table, rows] : done.tables) {
    absl::PrintF("%s: table %s, %d rows\n", arguments.out, table, rows);
  }
  for (const std::string& warning : done.warnings) absl::FPrintF(stderr, "warning: %s\n", warning);
  return fflush(stdout) == 0 ? absl::OkStatus()
                             : absl::UnknownError("cannot write standard output");
}

}  // namespace

Command AddExportCommand(CLI::App& program) {
  CLI::App* app = program.add_subcommand(
      "export", "Write result files of one run as the tables of an SQLite database");
  app->footer(kFooter);
  auto arguments = std::make_shared<ExportArguments>();
  app->add_option("files", arguments->files,
                  "Files that this program has written, with their manifests beside them")
      ->required();
  app->add_option("--out", arguments->out, "The database; replaced if it exists")->required();
  return {app, [arguments] { return RunExport(*arguments); }};
}

}  // namespace blindlink::researcher
