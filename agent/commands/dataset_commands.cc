#include <cinttypes>
#include <cstdio>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/upload/upload_calls.h"
#include "common/access/grant_text.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "common/rpc/client.h"
#include "common/token_audit/resolver_audit.h"

namespace blindlink::agent {
namespace {

struct DatasetFlags {
  ConnectionFlags connection;
  std::string project;
  std::string dataset;
};

void PrintRow(const v1::UploadInfo& info) {
  printf("%-24s %-14s %12" PRIu64 " %14" PRIu64 " %14" PRIu64 " %9" PRIu64 "  %-20s  %s\n",
         info.manifest().dataset().c_str(), v1::UploadState_Name(info.state()).c_str(),
         uint64_t{info.records()}, uint64_t{info.tokens()}, uint64_t{info.tokens_ingested()},
         uint64_t{info.blocks()},
         info.end_unix_seconds() > 0 ? TimeText(info.end_unix_seconds()).c_str() : "",
         info.failure().c_str());
}

absl::Status Status(const DatasetFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Upload>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ListUploadsResponse list, ListUploads(*stub, flags.project));
  bool found = false;
  printf("%-24s %-14s %12s %14s %14s %9s  %s\n", "dataset", "state", "records", "tokens",
         "ingested", "blocks", "ends");
  for (const v1::UploadInfo& info : list.uploads()) {
    if (!flags.dataset.empty() && info.manifest().dataset() != flags.dataset) continue;
    found = true;
    PrintRow(info);
    if (!flags.dataset.empty() && info.has_audit()) {
      fputs(DescribeResolverAudit(info.audit(), info.tokens()).c_str(), stdout);
    }
  }
  if (flags.dataset.empty() || found) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("project ", flags.project, " has no dataset ", flags.dataset, " of this site"));
}

absl::Status Discard(const DatasetFlags& flags) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Upload>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::UploadInfo info,
                      DiscardUpload(*stub, flags.project, flags.dataset));
  printf("Discarded the upload of dataset \"%s\" (%" PRIu64 " blocks).\n", flags.dataset.c_str(),
         uint64_t{info.blocks()});
  return absl::OkStatus();
}

absl::Status EndDataset(const DatasetFlags& flags, const std::string& until) {
  BL_ASSIGN_OR_RETURN(const int64_t end, ParseTime("--until", until));
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Retention>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::UploadInfo info,
                      SetDatasetEnd(*stub, flags.project, flags.dataset, end));
  printf("Dataset \"%s\" ends at %s: the resolver then removes its tokens.\n",
         flags.dataset.c_str(), TimeText(info.end_unix_seconds()).c_str());
  return absl::OkStatus();
}

}  // namespace

Command AddStatusCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand("status", "Show this site's uploads");
  auto flags = std::make_shared<DatasetFlags>();
  AddConnectionFlags(*command, &flags->connection);
  command->add_option("--project", flags->project, "Name of the project")
      ->required()
      ->check(IsName());
  command
      ->add_option("--dataset", flags->dataset,
                   "Only this dataset, and what its tokens show to the resolver")
      ->check(IsName());
  command->footer(
      "Example:\n  blindlink-agent status --project flu --resolver center:7443 \\\n"
      "      --cert general.pem --key general.key --ca ca.pem");
  return {command, [flags] { return Status(*flags); }};
}

Command AddDiscardCommand(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("discard", "Make the resolver forget an upload that is not committed");
  auto flags = std::make_shared<DatasetFlags>();
  AddConnectionFlags(*command, &flags->connection);
  command->add_option("--project", flags->project, "Name of the project")
      ->required()
      ->check(IsName());
  command->add_option("--dataset", flags->dataset, "The dataset to discard")
      ->required()
      ->check(IsName());
  command->footer(
      "Example:\n  blindlink-agent discard --project flu --dataset 2026 --resolver center:7443 \\\n"
      "      --cert general.pem --key general.key --ca ca.pem");
  return {command, [flags] { return Discard(*flags); }};
}

Command AddEndDatasetCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "end-dataset", "Set when the resolver removes a dataset's tokens; an end cannot be put off");
  auto flags = std::make_shared<DatasetFlags>();
  auto until = std::make_shared<std::string>();
  AddConnectionFlags(*command, &flags->connection);
  command->add_option("--project", flags->project, "Name of the project")
      ->required()
      ->check(IsName());
  command->add_option("--dataset", flags->dataset, "The dataset")->required()->check(IsName());
  command->add_option("--until", *until, "The day, as 2028-12-31, or an RFC 3339 time")->required();
  command->footer(
      "Example:\n  blindlink-agent end-dataset --project flu --dataset 2026 --until 2028-12-31 \\\n"
      "      --resolver center:7443 --cert general.pem --key general.key --ca ca.pem");
  return {command, [flags, until] { return EndDataset(*flags, *until); }};
}

}  // namespace blindlink::agent
