#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "blindlink/v1/audit_service.grpc.pb.h"
#include "common/audit/audit_head.h"
#include "common/audit/audit_proof.h"
#include "common/audit/merkle_tree.h"
#include "common/audit/witness.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/base/partial_file.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/rpc/status.h"
#include "resolver/audit/entry_text.h"
#include "resolver/audit/stored_log.h"
#include "resolver/coordinator/coordinator_commands.h"

namespace blindlink::resolver {
namespace {

struct AuditFlags {
  ConnectionFlags connection;
  std::string data;
  std::vector<std::string> witnesses;
  std::string key;
  std::string proof;
  std::string project;
  std::string format = "jsonl";
  std::string out;
  uint64_t entry = 0;
  std::string json;
};

// A command that reads the log of a data directory, or of a copy of one.
CLI::App* AddLogCommand(CLI::App& group, const std::string& name, const std::string& description,
                        const std::string& example, AuditFlags* flags) {
  CLI::App* command = group.add_subcommand(name, description);
  command
      ->add_option("--data", flags->data,
                   "The resolver's data directory, or a copy of its folder `audit` in a folder")
      ->required();
  command->footer(absl::StrCat(
      "Example:\n  blindlink-resolver audit ", name, " --data /var/lib/blindlink", example,
      "\nReads only, also while the resolver runs. Exit code 6: the log is "
      "damaged, the message says how."));
  return command;
}

// --- key, verify, proof --------------------------------------------------------------------------

absl::Status PrintKey(const AuditFlags& flags) {
  BL_ASSIGN_OR_RETURN(const StoredLog log, StoredLog::Open(flags.data));
  absl::PrintF("%s\n", log.Key());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::AuditWitness>> ReadWitnesses(const AuditFlags& flags) {
  std::vector<v1::AuditWitness> witnesses;
  for (const std::string& file : flags.witnesses) {
    BL_ASSIGN_OR_RETURN(const std::string json, ReadFile(file));
    BL_ASSIGN_OR_RETURN(v1::AuditWitness witness, Witness::Parse(json, file));
    witnesses.push_back(std::move(witness));
  }
  return witnesses;
}

absl::Status VerifyLog(const AuditFlags& flags) {
  BL_ASSIGN_OR_RETURN(const StoredLog log, StoredLog::Open(flags.data));
  if (!flags.key.empty() && log.Key() != flags.key) {
    return absl::DataLossError(
        absl::StrCat(flags.data, ": the log is of key ", log.Key(), ", not of the one of --key"));
  }
  BL_ASSIGN_OR_RETURN(const std::vector<v1::AuditWitness> witnesses, ReadWitnesses(flags));
  BL_ASSIGN_OR_RETURN(const CheckedLog checked, log.Verify(witnesses));
  std::string text = absl::StrFormat(
      "entries    %d\nkey        %s\nhead       over %d entries, signed\nwitnesses  %d agree\n",
      checked.entries, log.Key(), log.head().size(), witnesses.size());
  if (checked.torn_bytes > 0) {
    absl::StrAppend(&text, "end        ", checked.torn_bytes,
                    " bytes of an entry that was being written\n");
  }
  JsonWriter json;
  json.BeginObject().Key("entries").Number(uint64_t{checked.entries});
  json.Key("key").Text(log.Key()).Key("head_entries").Number(uint64_t{log.head().size()});
  json.Key("witnesses_that_agree").Number(uint64_t{witnesses.size()});
  json.Key("torn_bytes").Number(uint64_t{checked.torn_bytes}).EndObject();
  return PrintReport(text, json.Finish(), flags.json);
}

// The text and the JSON of a proof that was checked.
absl::Status ReportProof(const AuditFlags& flags, const v1::AuditHead& head,
                         const std::vector<v1::AuditEntry>& entries, size_t agree, size_t silent) {
  const std::string key = HexEncode(head.public_key());
  std::string text;
  JsonWriter json;
  json.BeginObject().Key("entries").BeginArray();
  for (const v1::AuditEntry& entry : entries) {
    absl::StrAppend(&text, "entry      ", JsonLineOf(entry));
    json.Number(uint64_t{entry.index()});
  }
  absl::StrAppendFormat(&text,
                        "key        %s\nhead       over %d entries, signed\n"
                        "witnesses  %d agree, %d have seen neither this head nor the entry\n",
                        key, head.size(), agree, silent);
  if (flags.key.empty()) {
    absl::StrAppend(
        &text,
        "note: anybody can sign with a key of his own. Compare the key with the one that the "
        "center has given you, or state that one with --key\n");
  }
  json.EndArray().Key("key").Text(key).Key("head_entries").Number(uint64_t{head.size()});
  json.Key("witnesses_that_agree").Number(uint64_t{agree}).EndObject();
  return PrintReport(text, json.Finish(), flags.json);
}

absl::Status VerifyProof(const AuditFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::string json, ReadFile(flags.proof));
  BL_ASSIGN_OR_RETURN(const v1::AuditReceipts proof, ParseAuditProof(json, flags.proof));
  BL_ASSIGN_OR_RETURN(const std::vector<v1::AuditEntry> entries, CheckAuditProof(proof, flags.key));
  BL_ASSIGN_OR_RETURN(const std::vector<v1::AuditWitness> witnesses, ReadWitnesses(flags));
  size_t agree = 0;
  for (const v1::AuditWitness& witness : witnesses) {
    BL_ASSIGN_OR_RETURN(const bool agrees, AgreesWithWitness(proof, witness));
    agree += agrees ? 1 : 0;
  }
  return ReportProof(flags, proof.head(), entries, agree, witnesses.size() - agree);
}

absl::Status PrintProof(const AuditFlags& flags) {
  BL_ASSIGN_OR_RETURN(const StoredLog log, StoredLog::Open(flags.data));
  BL_ASSIGN_OR_RETURN(const std::string json, log.ProofAsJson(flags.entry));
  absl::PrintF("%s", json);
  return absl::OkStatus();
}

// --- export, fetch -------------------------------------------------------------------------------

// Takes entries and writes those that are wanted, to standard output or a file that is whole or
// absent.
class EntryWriter {
 public:
  explicit EntryWriter(const AuditFlags& flags) : flags_(flags) {}

  absl::Status Begin() {
    if (!flags_.out.empty()) {
      BL_ASSIGN_OR_RETURN(file_, PartialFile::Create(flags_.out));
    }
    return flags_.format == "csv" ? Write(CsvHeaderOfEntries()) : absl::OkStatus();
  }
  absl::Status Take(const std::string& serialized) {
    v1::AuditEntry entry;
    if (!entry.ParseFromString(serialized)) return absl::DataLossError("an entry is damaged");
    if (!IsAboutProject(flags_.project, entry)) return absl::OkStatus();
    return Write(flags_.format == "csv" ? CsvRowOf(entry) : JsonLineOf(entry));
  }
  absl::Status Finish() { return file_ ? file_->Finish() : absl::OkStatus(); }

 private:
  absl::Status Write(const std::string& text) {
    if (file_) return file_->Append(text);
    return fputs(text.c_str(), stdout) >= 0 ? absl::OkStatus()
                                            : absl::UnknownError("cannot write standard output");
  }

  const AuditFlags& flags_;
  std::unique_ptr<PartialFile> file_;
};

absl::Status ExportLog(const AuditFlags& flags) {
  BL_ASSIGN_OR_RETURN(const StoredLog log, StoredLog::Open(flags.data));
  EntryWriter writer(flags);
  BL_RETURN_IF_ERROR(writer.Begin());
  BL_RETURN_IF_ERROR(
      log.Walk([&](uint64_t, uint64_t, const std::string& entry) { return writer.Take(entry); })
          .status());
  return writer.Finish();
}

// Whether the entries of a whole log give the head's root.
absl::Status CheckWhole(const v1::AuditHead& head, const MerkleFrontier& entries) {
  BL_RETURN_IF_ERROR(CheckHead(head));
  if (entries.size() == head.size() && head.root() == AsView(entries.Root())) {
    return absl::OkStatus();
  }
  return absl::DataLossError("the entries that the resolver sent are not those of its signed head");
}

absl::Status FetchLog(const AuditFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Audit>(flags.connection));
  EntryWriter writer(flags);
  BL_RETURN_IF_ERROR(writer.Begin());
  grpc::ClientContext context;
  v1::ExportAuditEntriesRequest request;
  request.set_project(flags.project);
  const auto reader = stub->ExportEntries(&context, request);
  v1::AuditHead head;
  MerkleFrontier entries;
  absl::Status taken;
  for (v1::AuditEntryChunk chunk; taken.ok() && reader->Read(&chunk);) {
    if (chunk.has_head()) head = chunk.head();
    for (const std::string& entry : chunk.entries()) {
      entries.Append(LeafHash(entry));
      taken.Update(writer.Take(entry));
    }
  }
  if (!taken.ok()) context.TryCancel();
  const absl::Status answered = FromGrpc(reader->Finish());
  BL_RETURN_IF_ERROR(taken);
  BL_RETURN_IF_ERROR(answered);
  if (flags.project.empty()) BL_RETURN_IF_ERROR(CheckWhole(head, entries));
  return writer.Finish();
}

void AddExportFlags(CLI::App* command, AuditFlags* flags) {
  command->add_option("--project", flags->project, "Only entries about this project")
      ->check(IsName());
  command->add_option("--format", flags->format, "jsonl or csv")
      ->check(CLI::IsMember({"jsonl", "csv"}))
      ->capture_default_str();
  command->add_option("--out", flags->out, "File to write; standard output otherwise");
}

// --- the command line ----------------------------------------------------------------------------

Command AddKeyCommand(CLI::App& group) {
  auto flags = std::make_shared<AuditFlags>();
  CLI::App* command = AddLogCommand(
      group, "key", "Print the public key of the log, to be given to clients (--audit-key)", "",
      flags.get());
  return {command, [flags] { return PrintKey(*flags); }};
}

Command AddVerifyCommand(CLI::App& group) {
  auto flags = std::make_shared<AuditFlags>();
  CLI::App* command = AddLogCommand(
      group, "verify",
      "Check every entry, the signed head, and what witnesses have seen; or a proof (audit proof)",
      " \\\n    --witness north.json --witness study.json\n"
      "  blindlink-resolver audit verify --proof entry-12.json --key KEY",
      flags.get());
  CLI::Option* data = command->get_option("--data")->required(false);
  CLI::Option* proof =
      command->add_option("--proof", flags->proof,
                          "A proof to check, without the log: a file that `audit proof` wrote");
  proof->excludes(data);
  command->add_option(
      "--witness", flags->witnesses,
      "A party's witness file; names a log that was rolled back, forked or replaced");
  command->add_option("--key", flags->key, "The key that the log or proof must have (audit key)");
  AddJsonFlag(*command, "what was checked", &flags->json);
  return {command, [flags]() -> absl::Status {
            if (!flags->proof.empty()) return VerifyProof(*flags);
            if (!flags->data.empty()) return VerifyLog(*flags);
            return absl::InvalidArgumentError("audit verify needs --data or --proof");
          }};
}

Command AddProofCommand(CLI::App& group) {
  auto flags = std::make_shared<AuditFlags>();
  CLI::App* command =
      AddLogCommand(group, "proof", "Print an entry with the proof that it is in the log, as JSON",
                    " --entry 12", flags.get());
  command->add_option("--entry", flags->entry, "The entry's index")->required();
  return {command, [flags] { return PrintProof(*flags); }};
}

Command AddExportCommand(CLI::App& group) {
  auto flags = std::make_shared<AuditFlags>();
  CLI::App* command = AddLogCommand(group, "export",
                                    "Write the entries as JSON Lines or CSV, once they are checked",
                                    " --format csv --out audit.csv", flags.get());
  AddExportFlags(command, flags.get());
  return {command, [flags] { return ExportLog(*flags); }};
}

Command AddFetchCommand(CLI::App& group) {
  auto flags = std::make_shared<AuditFlags>();
  CLI::App* command = AddCoordinatorCommand(
      group, "fetch", "Coordinator: fetch the entries from a running resolver and check them",
      "--project asthma --out audit.jsonl", &flags->connection);
  AddExportFlags(command, flags.get());
  return {command, [flags] { return FetchLog(*flags); }};
}

}  // namespace

std::vector<Command> AddAuditCommands(CLI::App& app) {
  CLI::App& group = *app.add_subcommand("audit", "The log that shows tampering: check it, read it");
  group.require_subcommand(1);
  return {AddKeyCommand(group), AddVerifyCommand(group), AddProofCommand(group),
          AddExportCommand(group), AddFetchCommand(group)};
}

}  // namespace blindlink::resolver
