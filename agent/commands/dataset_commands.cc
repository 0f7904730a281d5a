#include <cinttypes>
#include <cstdio>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "agent/commands/commands.h"
#include "agent/upload/upload_calls.h"
#include "common/access/grant_text.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "common/rpc/client.h"

namespace blindlink::agent {
namespace {

struct DatasetFlags {
  ConnectionFlags connection;
  std::string project;
  std::string dataset;
};

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
