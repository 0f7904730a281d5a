#include "resolver/move_commands.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/fd.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/crypto/passphrase.h"
#include "common/telemetry/progress.h"
#include "resolver/config/resolver_config.h"
#include "resolver/engine/index_engines.h"
#include "resolver/project/index_key_folder.h"
#include "resolver/project/index_move.h"
#include "resolver/project/stopped_project.h"
#include "resolver/serve.h"
#include "resolver/storage/data_lock.h"

namespace blindlink::resolver {
namespace {

struct MoveFlags {
  std::string config_file;
  std::string old_config_file;
  std::string project;
  std::string file;
  bool dry_run = false;
  bool discard = false;
  std::string json;
};

// A resolver's data directory, locked, with one project of it.
struct StoppedResolver {
  UniqueFd lock;
  std::unique_ptr<StoppedProject> project;
  MoveEngines engines;
};

absl::StatusOr<StoppedResolver> OpenStopped(const MoveFlags& flags) {
  PrepareForIndexes();
  BL_ASSIGN_OR_RETURN(const config::v1::ResolverConfig config,
                      ReadResolverConfig(flags.config_file));
  if (!config.passphrase_file().empty()) UsePassphraseFile(config.passphrase_file());
  StoppedResolver stopped;
  BL_ASSIGN_OR_RETURN(stopped.engines.to, MakeIndexEngine(config.index()));
  if (!flags.old_config_file.empty()) {
    BL_ASSIGN_OR_RETURN(const config::v1::ResolverConfig old,
                        ReadResolverConfig(flags.old_config_file));
    BL_ASSIGN_OR_RETURN(stopped.engines.old_cluster, MakeIndexEngine(old.index()));
    if (stopped.engines.old_cluster->IsLocal()) stopped.engines.old_cluster = nullptr;
  }
  BL_ASSIGN_OR_RETURN(stopped.lock, LockData(config.data_directory()));
  const IndexKeyFolder keys(config.keys_directory());
  BL_RETURN_IF_ERROR(keys.Prepare());
  BL_ASSIGN_OR_RETURN(stopped.project,
                      StoppedProject::Open(config.data_directory(), keys, flags.project));
  return stopped;
}

std::string TextOf(const MoveFlags& flags, const IndexMove& move, absl::string_view last) {
  std::string text =
      absl::StrFormat("project    %s\nfile       %s, %s%d bytes (%d free)\n", flags.project,
                      flags.file, flags.dry_run ? "about " : "", move.file_bytes, move.free_bytes);
  for (const IndexMove::Dataset& dataset : move.datasets) {
    const std::string name =
        absl::StrCat(dataset.row.manifest().site(), " ", dataset.row.manifest().dataset());
    absl::StrAppendFormat(&text, "dataset    %s: %d records, %d tokens\n", name,
                          dataset.row.records(), dataset.row.postings());
    if (dataset.sum == DatasetSum()) continue;
    absl::StrAppendFormat(&text, "           %d postings, SHA-256 %s\n", dataset.sum.postings,
                          HexEncode(AsView(dataset.sum.postings_sha256)));
  }
  return absl::StrCat(text, last, "\n");
}

std::string JsonOf(const MoveFlags& flags, const IndexMove& move) {
  JsonWriter json;
  json.BeginObject().Key("project").Text(flags.project);
  json.Key("file").Text(flags.file);
  json.Key("dry_run").Bool(flags.dry_run).Key("was_done").Bool(move.was_done);
  json.Key("file_bytes").Number(move.file_bytes).Key("free_bytes").Number(move.free_bytes);
  json.Key("datasets").BeginArray();
  for (const IndexMove::Dataset& dataset : move.datasets) {
    json.BeginObject().Key("site").Text(dataset.row.manifest().site());
    json.Key("dataset").Text(dataset.row.manifest().dataset());
    json.Key("records").Number(dataset.row.records());
    json.Key("tokens").Number(dataset.row.postings());
    if (dataset.sum != DatasetSum()) {
      json.Key("postings").Number(dataset.sum.postings);
      json.Key("records_sha256").Text(HexEncode(AsView(dataset.sum.records_sha256)));
      json.Key("postings_sha256").Text(HexEncode(AsView(dataset.sum.postings_sha256)));
    }
    json.EndObject();
  }
  json.EndArray().EndObject();
  return json.Finish();
}

absl::Status Export(const MoveFlags& flags) {
  BL_ASSIGN_OR_RETURN(const StoppedResolver stopped, OpenStopped(flags));
  Progress progress("exporting", "postings", 0, !flags.dry_run);
  uint64_t done = 0;
  const absl::StatusOr<IndexMove> move = ExportIndex(
      *stopped.project, *stopped.engines.to, {flags.file, flags.dry_run}, [&](uint64_t postings) {
        progress.Set(done += postings);
        return absl::OkStatus();
      });
  progress.Finish();
  BL_RETURN_IF_ERROR(move.status());
  const absl::string_view last =
      flags.dry_run ? "Nothing has been written."
                    : "The index is as it was. The file needs the project's index key: keep "
                      "the two apart.";
  return PrintReport(TextOf(flags, *move, last), JsonOf(flags, *move), flags.json);
}

absl::string_view EndOfImport(const MoveFlags& flags, const IndexMove& move) {
  if (move.was_done) return "The index from this file was in force already.";
  if (flags.dry_run) return "The file is whole. Nothing has been changed.";
  return "The new index holds what the file holds and is in force; the old one is removed. Start "
         "the resolver, look at a result, and destroy the file.";
}

absl::Status Import(const MoveFlags& flags) {
  if (flags.discard != flags.file.empty()) {
    return absl::InvalidArgumentError("give either --in FILE or --discard");
  }
  BL_ASSIGN_OR_RETURN(const StoppedResolver stopped, OpenStopped(flags));
  if (flags.discard) {
    BL_RETURN_IF_ERROR(DiscardImports(*stopped.project, stopped.engines));
    return PrintReport("What interrupted imports had left is removed.\n",
                       JsonOf(flags, IndexMove()), flags.json);
  }
  Progress progress("importing", "postings, each written and read", 0);
  uint64_t done = 0;
  const absl::StatusOr<IndexMove> move = ImportIndex(
      *stopped.project, stopped.engines, {flags.file, flags.dry_run}, [&](uint64_t postings) {
        progress.Set(done += postings);
        return absl::OkStatus();
      });
  progress.Finish();
  BL_RETURN_IF_ERROR(move.status());
  return PrintReport(TextOf(flags, *move, EndOfImport(flags, *move)), JsonOf(flags, *move),
                     flags.json);
}

std::pair<CLI::App*, std::shared_ptr<MoveFlags>> AddCommand(CLI::App& group,
                                                            const std::string& name,
                                                            const std::string& description) {
  auto flags = std::make_shared<MoveFlags>();
  CLI::App* command = group.add_subcommand(name, description);
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  command->add_flag("--dry-run", flags->dry_run,
                    "Only check, and say how many records, tokens and bytes there are");
  AddJsonFlag(*command, "the report", &flags->json);
  return {command, std::move(flags)};
}

Command AddExportCommand(CLI::App& group) {
  const auto added = AddCommand(
      group, "export",
      "Operator, while the resolver is stopped: write a project's token index to a file");
  const std::shared_ptr<MoveFlags> flags = added.second;
  added.first->add_option("--config", flags->config_file, "The resolver's configuration")
      ->required();
  added.first->add_option("--out", flags->file, "The file; must not exist")->required();
  added.first->footer(
      "Example:\n  blindlink-resolver project export --config /etc/blindlink/resolver.textproto "
      "--project asthma --out asthma.blindex\nSee docs/cluster.md");
  return {added.first, [flags] { return Export(*flags); }};
}

Command AddImportCommand(CLI::App& group) {
  const auto added = AddCommand(
      group, "import",
      "Operator, while the resolver is stopped: move a project's token index, from the file that "
      "export wrote, to where the configuration says");
  const std::shared_ptr<MoveFlags> flags = added.second;
  added.first
      ->add_option("--config", flags->config_file,
                   "The resolver's configuration as it is to be: where the index goes")
      ->required();
  added.first->add_option("--in", flags->file, "The file that export wrote");
  added.first->add_option(
      "--old-config", flags->old_config_file,
      "The configuration that the index was exported with, if it is on a cluster now, to remove "
      "it from there");
  added.first->add_flag("--discard", flags->discard,
                        "Instead: remove what interrupted imports left");
  added.first->footer(
      "Example:\n  blindlink-resolver project import --config /etc/blindlink/resolver.textproto "
      "--project asthma --in asthma.blindex\nSee docs/cluster.md");
  return {added.first, [flags] { return Import(*flags); }};
}

}  // namespace

std::vector<Command> AddMoveCommands(CLI::App& group) {
  return {AddExportCommand(group), AddImportCommand(group)};
}

}  // namespace blindlink::resolver
