#include "resolver/backup/backup_command.h"

#include <signal.h>
#include <sys/stat.h>

#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/json_writer.h"
#include "common/base/status_macros.h"
#include "common/cli/report_output.h"
#include "resolver/backup/make_backup.h"
#include "resolver/backup/verify_backup.h"
#include "resolver/config/resolver_config.h"

namespace blindlink::resolver {
namespace {

struct BackupFlags {
  std::string config;
  std::string out;
  std::string keys_out;
  std::string verify;
  std::string json;
};

double Mib(uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

void AddLeftOut(const std::vector<std::string>& left_out, std::string* text, JsonWriter& json) {
  json.Key("left_out").BeginArray();
  for (const std::string& what : left_out) {
    absl::StrAppend(text, "not in it   ", what, "\n");
    json.Text(what);
  }
  json.EndArray();
}

absl::Status Print(const BackupFlags& flags, const BackupReport& report) {
  const auto halted = std::chrono::duration<double, std::milli>(report.halted).count();
  std::string text = absl::StrFormat("backup      %s\n", flags.out);
  if (!flags.keys_out.empty()) {
    absl::StrAppendFormat(&text, "keys        %s (%d files)\n", flags.keys_out, report.keys);
  }
  absl::StrAppendFormat(&text, "files       %d, of which %d are linked; %.1f MiB\n", report.files,
                        report.linked, Mib(report.bytes));
  absl::StrAppend(&text, "resolver    ",
                  report.was_running ? absl::StrFormat("running, halted for %.1f ms\n", halted)
                                     : "not running\n");
  absl::StrAppendFormat(&text, "audit log   %d entries, verified\n", report.audit_entries);
  JsonWriter json;
  json.BeginObject().Key("backup").Text(flags.out).Key("keys").Text(flags.keys_out);
  json.Key("files").Number(report.files).Key("linked_files").Number(report.linked);
  json.Key("bytes").Number(report.bytes).Key("key_files").Number(report.keys);
  json.Key("was_running").Bool(report.was_running).Key("halted_ms").Number(halted);
  json.Key("audit_entries").Number(report.audit_entries);
  AddLeftOut(report.left_out, &text, json);
  json.EndObject();
  return PrintReport(text, json.Finish(), flags.json);
}

absl::Status Print(const BackupFlags& flags, const VerifiedBackup& verified) {
  const BackupManifest& manifest = verified.manifest;
  std::string text = absl::StrFormat(
      "backup      %s\nmade        %s\nfiles       %d, as they were written; %.1f MiB\n",
      flags.verify, manifest.made, manifest.files.size(), Mib(verified.bytes));
  if (verified.audit_entries > 0) {
    absl::StrAppendFormat(&text, "audit log   %d entries, verified\n", verified.audit_entries);
  }
  JsonWriter json;
  json.BeginObject().Key("backup").Text(flags.verify).Key("made").Text(manifest.made);
  json.Key("files").Number(uint64_t{manifest.files.size()}).Key("bytes").Number(verified.bytes);
  json.Key("audit_entries").Number(verified.audit_entries);
  AddLeftOut(manifest.left_out, &text, json);
  json.EndObject();
  return PrintReport(text, json.Finish(), flags.json);
}

absl::Status Verify(const BackupFlags& flags) {
  BL_ASSIGN_OR_RETURN(const VerifiedBackup verified, VerifyBackup(flags.verify));
  return Print(flags, verified);
}

absl::Status Make(const BackupFlags& flags) {
  umask(077);
  signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a full disk
  BL_ASSIGN_OR_RETURN(const config::v1::ResolverConfig config, ReadResolverConfig(flags.config));
  BackupRequest request;
  request.data_directory = config.data_directory();
  request.keys_directory = config.keys_directory();
  request.audit_key_directory = config.audit_key_directory();
  request.out = flags.out;
  request.keys_out = flags.keys_out;
  BL_ASSIGN_OR_RETURN(const BackupReport report, MakeBackup(request));
  return Print(flags, report);
}

}  // namespace

Command AddBackupCommand(CLI::App& app) {
  auto flags = std::make_shared<BackupFlags>();
  CLI::App* command = app.add_subcommand(
      "backup", "Copy a resolver's data to a folder, while it runs, as its user; or check a copy");
  CLI::Option* verify = command->add_option("--verify", flags->verify,
                                            "A backup to check to its last byte, off line");
  CLI::Option* config =
      command->add_option("--config", flags->config, "The resolver's configuration (textproto)");
  CLI::Option* out = command->add_option("--out", flags->out, "The folder to make");
  CLI::Option* keys = command->add_option(
      "--keys-out", flags->keys_out,
      "A folder to make for the keys, best on another disk; without it they are not copied");
  config->needs(out);
  out->needs(config);
  keys->needs(out);
  verify->excludes(config)->excludes(out)->excludes(keys);
  AddJsonFlag(*command, "what was done", &flags->json);
  command->footer(
      "Examples:\n  blindlink-resolver backup --config /etc/blindlink/resolver.textproto \\\n"
      "    --out /var/backups/blindlink/2026-11-30\n"
      "  blindlink-resolver backup --verify /var/backups/blindlink/2026-11-30\n"
      "To restore, stop the resolver and put the folder in the place of its data_directory, and\n"
      "the keys in the place of keys_directory.");
  return {command, [flags]() -> absl::Status {
            if (!flags->verify.empty()) return Verify(*flags);
            if (!flags->out.empty()) return Make(*flags);
            return absl::InvalidArgumentError("backup needs --config and --out, or --verify");
          }};
}

}  // namespace blindlink::resolver
