#include "resolver/service/upload_service.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

// A site may act only for itself.
absl::Status CheckOwnSite(const Party& caller, const std::string& site) {
  if (caller.role != Role::kSite || site.empty() || site == caller.name) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("the certificate is of site ", caller.name, ", not of site ", site));
}

}  // namespace

grpc::Status UploadService::BeginUpload(grpc::ServerContext* context,
                                        const v1::BeginUploadRequest* request,
                                        v1::UploadPosition* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Upload/BeginUpload", [&](const Party& caller) -> absl::Status {
        v1::UploadManifest manifest = request->manifest();
        BL_RETURN_IF_ERROR(CheckOwnSite(caller, manifest.site()));
        manifest.set_site(caller.name);
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, manifest.project(), caller));
        BL_ASSIGN_OR_RETURN(*response, project->uploads().Begin(manifest));
        return absl::OkStatus();
      });
}

grpc::Status UploadService::UploadBlocks(grpc::ServerContext* context,
                                         grpc::ServerReader<v1::UploadBlockRequest>* reader,
                                         v1::UploadPosition* response) {
  return gate_.Pass(*context, "/blindlink.v1.Upload/UploadBlocks",
                    [&](const Party& caller) { return ReceiveBlocks(caller, reader, response); });
}

absl::Status UploadService::ReceiveBlocks(const Party& caller,
                                          grpc::ServerReader<v1::UploadBlockRequest>* reader,
                                          v1::UploadPosition* response) {
  v1::UploadBlockRequest request;
  std::shared_ptr<Upload> upload;
  while (reader->Read(&request)) {
    if (upload == nullptr) {
      BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request.project(), caller));
      BL_ASSIGN_OR_RETURN(upload, project->uploads().Find(caller.name, request.dataset()));
    }
    BL_RETURN_IF_ERROR(upload->Append(request.block()));
  }
  if (upload == nullptr) return absl::InvalidArgumentError("the stream has no block");
  BL_RETURN_IF_ERROR(upload->Sync());
  *response = upload->Position();
  return absl::OkStatus();
}

grpc::Status UploadService::CommitUpload(grpc::ServerContext* context,
                                         const v1::CommitUploadRequest* request,
                                         v1::UploadInfo* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Upload/CommitUpload", [&](const Party& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        BL_ASSIGN_OR_RETURN(*response, project->uploads().Commit(caller.name, *request));
        return absl::OkStatus();
      });
}

grpc::Status UploadService::GetUpload(grpc::ServerContext* context,
                                      const v1::GetUploadRequest* request,
                                      v1::UploadInfo* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Upload/GetUpload", [&](const Party& caller) -> absl::Status {
        BL_RETURN_IF_ERROR(CheckOwnSite(caller, request->site()));
        const std::string& site = caller.role == Role::kSite ? caller.name : request->site();
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        BL_ASSIGN_OR_RETURN(*response, project->uploads().Info(site, request->dataset()));
        return absl::OkStatus();
      });
}

grpc::Status UploadService::ListUploads(grpc::ServerContext* context,
                                        const v1::ListUploadsRequest* request,
                                        v1::ListUploadsResponse* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Upload/ListUploads", [&](const Party& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        const std::string site = caller.role == Role::kSite ? caller.name : "";
        for (v1::UploadInfo& info : project->uploads().List(site)) {
          *response->add_uploads() = std::move(info);
        }
        return absl::OkStatus();
      });
}

grpc::Status UploadService::DiscardUpload(grpc::ServerContext* context,
                                          const v1::GetUploadRequest* request,
                                          v1::UploadInfo* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Upload/DiscardUpload", [&](const Party& caller) -> absl::Status {
        BL_RETURN_IF_ERROR(CheckOwnSite(caller, request->site()));
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        UploadRegister& uploads = project->uploads();
        BL_ASSIGN_OR_RETURN(*response,
                            caller.role == Role::kSite
                                ? uploads.Discard(caller.name, request->dataset())
                                : uploads.DiscardOrWithdraw(request->site(), request->dataset()));
        return absl::OkStatus();
      });
}

}  // namespace blindlink::resolver
