#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "resolver/coordinator/command_base.h"

namespace blindlink::resolver {
namespace {

class ListUploads : public RpcCommand {
 public:
  explicit ListUploads(CLI::App& parent)
      : RpcCommand(parent, "list", "List a project's uploads", "--project asthma") {
    app_.add_option("--project", project_, "The project")->required();
  }
  absl::Status Execute() override {
    v1::ListUploadsRequest request;
    request.set_project(project_);
    v1::ListUploadsResponse response;
    BL_RETURN_IF_ERROR(Call<v1::Upload>(&v1::Upload::Stub::ListUploads, request, &response));
    absl::PrintF("%-16s %-24s %-14s %12s %14s\n", "site", "dataset", "state", "records", "tokens");
    for (const v1::UploadInfo& info : response.uploads()) {
      absl::PrintF("%-16s %-24s %-14s %12d %14d\n", info.manifest().site(),
                   info.manifest().dataset(), v1::UploadState_Name(info.state()), info.records(),
                   info.tokens());
    }
    return absl::OkStatus();
  }

 private:
  std::string project_;
};

class UploadStatus : public RpcCommand {
 public:
  explicit UploadStatus(CLI::App& parent)
      : RpcCommand(parent, "status", "Show one upload, with what the site's agent counted",
                   "--project asthma --site hss --dataset 2024") {
    app_.add_option("--project", project_, "The project")->required();
    app_.add_option("--site", site_, "The site")->required();
    app_.add_option("--dataset", dataset_, "The dataset")->required();
  }
  absl::Status Execute() override {
    v1::GetUploadRequest request;
    request.set_project(project_);
    request.set_site(site_);
    request.set_dataset(dataset_);
    v1::UploadInfo info;
    BL_RETURN_IF_ERROR(Call<v1::Upload>(&v1::Upload::Stub::GetUpload, request, &info));
    absl::PrintF("state      %s\nblocks     %d\nrecords    %d\ntokens     %d (%d in the index)\n",
                 v1::UploadState_Name(info.state()), info.blocks(), info.records(), info.tokens(),
                 info.tokens_ingested());
    if (!info.failure().empty()) absl::PrintF("failure    %s\n", info.failure());
    absl::PrintF("rows       %d, of these %d rejected\n", info.counts().rows(),
                 info.counts().rejected_rows());
    for (const v1::MatchKeyCounts& key : info.counts().match_keys()) {
      absl::PrintF("match key %3d: %d tokens, %d records without\n", key.match_key(), key.tokens(),
                   key.records_without());
    }
    return absl::OkStatus();
  }

 private:
  std::string project_, site_, dataset_;
};

}  // namespace

void AddUploadCommands(CLI::App& app, CoordinatorCommands* commands) {
  CLI::App& group = *app.add_subcommand("upload", "Coordinator: the sites' uploads");
  group.require_subcommand(1);
  commands->push_back(std::make_unique<ListUploads>(group));
  commands->push_back(std::make_unique<UploadStatus>(group));
}

}  // namespace blindlink::resolver
