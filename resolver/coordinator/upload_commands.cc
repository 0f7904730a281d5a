#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/retention_service.grpc.pb.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "common/access/grant_text.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/drift/drift_text.h"
#include "common/rpc/unary_call.h"
#include "common/token_audit/named_field.h"
#include "common/token_audit/resolver_audit.h"
#include "resolver/coordinator/coordinator_commands.h"

namespace blindlink::resolver {
namespace {

struct UploadFlags {
  ConnectionFlags connection;
  std::string project;
  std::string site;
  std::string dataset;
  std::string json;
};

std::string UploadTable(const v1::ListUploadsResponse& list) {
  constexpr char kRow[] = "%-16s %-24s %-14s %-20s %12s %14s  %s\n";
  std::string text = absl::StrFormat(kRow, "site", "dataset", "state", "committed", "records",
                                     "tokens", "token key");
  for (const v1::UploadInfo& info : list.uploads()) {
    absl::StrAppendFormat(&text, kRow, info.manifest().site(), info.manifest().dataset(),
                          v1::UploadState_Name(info.state()), CommitTimeText(info),
                          absl::StrCat(info.records()), absl::StrCat(info.tokens()),
                          HexEncode(info.manifest().token_key_id()));
  }
  for (const v1::UploadInfo& info : list.uploads()) {
    const std::string shown = absl::StrCat(NotesText(info), WarningsOf(info.audit()));
    if (shown.empty()) continue;
    absl::StrAppend(&text, info.manifest().site(), "/", info.manifest().dataset(), " shows:\n",
                    shown);
  }
  return text;
}

absl::Status ListUploads(const UploadFlags& flags) {
  v1::ListUploadsRequest request;
  request.set_project(flags.project);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Upload>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ListUploadsResponse response,
                      UnaryCall(*stub, &v1::Upload::Stub::ListUploads, request));
  return PrintAnswer(UploadTable(response), response, flags.json);
}

Command AddListCommand(CLI::App& group) {
  auto flags = std::make_shared<UploadFlags>();
  CLI::App* command = AddCoordinatorCommand(group, "list", "List a project's uploads",
                                            "--project asthma", &flags->connection);
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  AddJsonFlag(*command, "the list", &flags->json);
  return {command, [flags] { return ListUploads(*flags); }};
}

// What the site says of its own audit. Its words are foreign text.
std::string AuditText(const v1::UploadCounts& counts) {
  constexpr size_t kLongest = 500;
  std::string text;
  const auto add = [&](const char* what, absl::string_view words) {
    absl::StrAppend(&text, what, " ", absl::CHexEscape(words.substr(0, kLongest)), "\n");
  };
  if (counts.overused_tokens() > 0) {
    absl::StrAppend(&text, "left out   ", counts.overused_tokens(),
                    " tokens that too many records have\n");
  }
  for (const std::string& what : counts.audit().exceeded()) add("audit     ", what);
  for (const v1::NamedField& field : counts.audit().named())
    add("named     ", NamedFieldText(field));
  if (!counts.audit().sent_despite().empty()) {
    add("sent despite the audit, because:", counts.audit().sent_despite());
  }
  return text;
}

std::string UploadText(const v1::UploadInfo& info) {
  std::string text = absl::StrFormat(
      "state      %s\ncommitted  %s\nblocks     %d\nrecords    %d\ntokens     %d (%d in the "
      "index)\n",
      v1::UploadState_Name(info.state()), CommitTimeText(info), info.blocks(), info.records(),
      info.tokens(), info.tokens_ingested());
  if (!info.failure().empty()) absl::StrAppend(&text, "failure    ", info.failure(), "\n");
  if (info.end_unix_seconds() > 0) {
    absl::StrAppend(&text, "ends       ", TimeText(info.end_unix_seconds()), "\n");
  }
  absl::StrAppend(&text, "rows       ", info.counts().rows(), ", ", info.counts().rejected_rows(),
                  " of them rejected\n", AuditText(info.counts()), NotesText(info));
  if (info.has_audit()) {
    absl::StrAppend(&text, DescribeResolverAudit(info.audit(), info.tokens()));
  }
  for (const v1::MatchKeyCounts& key : info.counts().match_keys()) {
    absl::StrAppendFormat(&text, "match key %3d: %d tokens, %d records without one\n",
                          key.match_key(), key.tokens(), key.records_without());
  }
  return text;
}

v1::GetUploadRequest RequestFor(const UploadFlags& flags) {
  v1::GetUploadRequest request;
  request.set_project(flags.project);
  request.set_site(flags.site);
  request.set_dataset(flags.dataset);
  return request;
}

absl::Status ShowUpload(const UploadFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Upload>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::UploadInfo info,
                      UnaryCall(*stub, &v1::Upload::Stub::GetUpload, RequestFor(flags)));
  return PrintAnswer(UploadText(info), info, flags.json);
}

// Adds a command about one upload.
CLI::App* AddUploadCommand(CLI::App& group, const std::string& name, const std::string& description,
                           UploadFlags* flags) {
  CLI::App* command = AddCoordinatorCommand(
      group, name, description, "--project asthma --site hss --dataset 2024", &flags->connection);
  command->add_option("--project", flags->project, "The project")->required()->check(IsName());
  command->add_option("--site", flags->site, "The site")->required()->check(IsName());
  command->add_option("--dataset", flags->dataset, "The dataset")->required()->check(IsName());
  return command;
}

Command AddStatusCommand(CLI::App& group) {
  auto flags = std::make_shared<UploadFlags>();
  CLI::App* command = AddUploadCommand(
      group, "status", "Show one upload and the counts of the site's agent", flags.get());
  AddJsonFlag(*command, "the upload", &flags->json);
  return {command, [flags] { return ShowUpload(*flags); }};
}

absl::Status DiscardUpload(const UploadFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Upload>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::UploadInfo info,
                      UnaryCall(*stub, &v1::Upload::Stub::DiscardUpload, RequestFor(flags)));
  absl::PrintF("%s/%s %s\n", flags.site, flags.dataset,
               info.state() == v1::WITHDRAWN
                   ? "is withdrawn: later runs leave it out; earlier results are as they were"
                   : "is discarded");
  return absl::OkStatus();
}

Command AddDiscardCommand(CLI::App& group) {
  auto flags = std::make_shared<UploadFlags>();
  CLI::App* command = AddUploadCommand(
      group, "discard",
      "Discard an upload, or withdraw a committed dataset from all later runs; cannot be undone",
      flags.get());
  return {command, [flags] { return DiscardUpload(*flags); }};
}

absl::Status EndDataset(const UploadFlags& flags, const std::string& until) {
  v1::SetDatasetEndRequest request;
  request.set_project(flags.project);
  request.set_site(flags.site);
  request.set_dataset(flags.dataset);
  BL_ASSIGN_OR_RETURN(const int64_t end, ParseTime("--until", until));
  request.set_end_unix_seconds(end);
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Retention>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::UploadInfo info,
                      UnaryCall(*stub, &v1::Retention::Stub::SetDatasetEnd, request));
  absl::PrintF("%s/%s ends at %s: it is in no later run then, and its tokens are removed\n",
               flags.site, flags.dataset, TimeText(info.end_unix_seconds()));
  return absl::OkStatus();
}

Command AddEndCommand(CLI::App& group) {
  auto flags = std::make_shared<UploadFlags>();
  auto until = std::make_shared<std::string>();
  CLI::App* command = AddUploadCommand(
      group, "end", "Set when a dataset's tokens are removed; an end cannot be put off",
      flags.get());
  command->add_option("--until", *until, "The day, as 2028-12-31, or an RFC 3339 time")->required();
  return {command, [flags, until] { return EndDataset(*flags, *until); }};
}

}  // namespace

std::vector<Command> AddUploadCommands(CLI::App& app) {
  CLI::App& group = *app.add_subcommand("upload", "Coordinator: the sites' uploads");
  group.require_subcommand(1);
  return {AddListCommand(group), AddStatusCommand(group), AddDiscardCommand(group),
          AddEndCommand(group)};
}

}  // namespace blindlink::resolver
