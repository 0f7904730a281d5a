#include "resolver/service/upload_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kDigestBytes = 32;
constexpr size_t kKeyIdBytes = 8;
constexpr uint64_t kTokenBytes = 16;  // of a token, and of a pseudonym
constexpr uint64_t kBlocksBetweenChecks = 64;

// What the audit log keeps of the reason why a site sends tokens despite its audit; its words are
// with the upload.
std::string DigestOfReason(const v1::UploadCounts& counts) {
  constexpr size_t kDigits = 32;
  const std::string& reason = counts.audit().sent_despite();
  return reason.empty() ? "" : HexEncode(AsView(Sha256Of(reason))).substr(0, kDigits);
}

// Checks what is stored, and repeated in messages, as the caller sent it.
absl::Status CheckForm(const v1::UploadManifest& manifest) {
  BL_RETURN_IF_ERROR(CheckName("dataset", manifest.dataset()));
  BL_RETURN_IF_ERROR(CheckName("standardizer version", manifest.standardizer_version()));
  if (manifest.tokenization_digest().size() != kDigestBytes ||
      manifest.token_key_id().size() != kKeyIdBytes) {
    return absl::InvalidArgumentError(
        "the manifest's tokenization digest or token key id has the wrong length");
  }
  return absl::OkStatus();
}

}  // namespace

grpc::Status UploadService::BeginUpload(grpc::ServerContext* context,
                                        const v1::BeginUploadRequest* request,
                                        v1::UploadPosition* response) {
  v1::UploadManifest manifest = request->manifest();
  return gate_.Pass(*context, "/blindlink.v1.Upload/BeginUpload",
                    {manifest.project(), "", manifest.site(), manifest.dataset()},
                    [&](const Party& caller) -> absl::Status {
                      BL_RETURN_IF_ERROR(CheckOwnSite(caller, manifest.site()));
                      BL_RETURN_IF_ERROR(CheckForm(manifest));
                      manifest.set_site(caller.name);
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, manifest.project(), caller));
                      BL_RETURN_IF_ERROR(CheckRoomForDataset(*project, manifest));
                      BL_ASSIGN_OR_RETURN(*response, project->uploads().Begin(manifest));
                      return absl::OkStatus();
                    });
}

absl::Status UploadService::CheckRoomForDataset(Project& project,
                                                const v1::UploadManifest& manifest) const {
  const std::vector<v1::UploadInfo> uploads = project.uploads().List(manifest.site());
  const bool known = std::any_of(uploads.begin(), uploads.end(), [&](const v1::UploadInfo& info) {
    return info.manifest().dataset() == manifest.dataset();
  });
  if (known || uploads.size() < limits_.datasets) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "site ", manifest.site(), " has ", uploads.size(),
      " datasets in this project, which is the most that is allowed: discard unfinished "
      "uploads, or ask the resolver's operator"));
}

grpc::Status UploadService::UploadBlocks(grpc::ServerContext* context,
                                         grpc::ServerReader<v1::UploadBlockRequest>* reader,
                                         v1::UploadPosition* response) {
  return gate_.PassStream(*context, "/blindlink.v1.Upload/UploadBlocks", {},
                          [&](Call& call) { return ReceiveBlocks(call, reader, response); });
}

absl::Status UploadService::CheckRoomForTokens(Project& project, const std::string& site) const {
  uint64_t bytes = 0;
  for (const v1::UploadInfo& info : project.uploads().List(site)) {
    bytes += (info.records() + info.tokens()) * kTokenBytes;
  }
  if (bytes < limits_.bytes) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("site ", site, " has ", bytes >> 20,
                   " MiB of tokens in this project, which is the most that is allowed: discard "
                   "unfinished uploads, or ask the resolver's operator"));
}

absl::StatusOr<UploadService::Target> UploadService::BeginStream(
    Call& call, const v1::UploadBlockRequest& first) {
  BL_RETURN_IF_ERROR(call.SetSubject({first.project(), "", "", first.dataset()}));
  BL_RETURN_IF_ERROR(call.Begin());
  BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, first.project(), call.caller()));
  BL_ASSIGN_OR_RETURN(std::shared_ptr<Upload> upload,
                      project->uploads().Find(call.caller().name, first.dataset()));
  return Target{project, std::move(upload)};
}

absl::Status UploadService::ReceiveBlocks(Call& call,
                                          grpc::ServerReader<v1::UploadBlockRequest>* reader,
                                          v1::UploadPosition* response) {
  v1::UploadBlockRequest request;
  std::optional<Target> target;
  for (uint64_t blocks = 0;; ++blocks) {
    bool more = false;
    BL_RETURN_IF_ERROR(call.Await([&] { more = reader->Read(&request); }));
    if (!more) break;
    if (!target.has_value()) {
      BL_ASSIGN_OR_RETURN(target, BeginStream(call, request));
    }
    if (blocks % kBlocksBetweenChecks == 0) {
      BL_RETURN_IF_ERROR(CheckRoomForTokens(*target->project, call.caller().name));
      BL_RETURN_IF_ERROR(target->project->uploads().CheckCensus(
          call.caller().name, target->upload->manifest().dataset()));
    }
    BL_RETURN_IF_ERROR(target->upload->Append(request.block()));
  }
  if (!target.has_value()) return absl::InvalidArgumentError("the stream has no block");
  BL_RETURN_IF_ERROR(target->upload->Sync());
  *response = target->upload->Position();
  return absl::OkStatus();
}

grpc::Status UploadService::CommitUpload(grpc::ServerContext* context,
                                         const v1::CommitUploadRequest* request,
                                         v1::UploadInfo* response) {
  const std::string despite = DigestOfReason(request->counts());
  return gate_.Pass(
      *context, "/blindlink.v1.Upload/CommitUpload",
      {.project = request->project(), .dataset = request->dataset(), .despite_audit = despite},
      [&](const Party& caller) -> absl::Status {
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        UploadRegister& uploads = project->uploads();
        BL_RETURN_IF_ERROR(uploads.CheckCensus(caller.name, request->dataset()));
        BL_ASSIGN_OR_RETURN(const v1::UploadInfo info, uploads.Commit(caller.name, *request));
        *response = ForCaller(info);
        return absl::OkStatus();
      });
}

grpc::Status UploadService::GetUpload(grpc::ServerContext* context,
                                      const v1::GetUploadRequest* request,
                                      v1::UploadInfo* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Upload/GetUpload",
      {request->project(), "", request->site(), request->dataset()},
      [&](const Party& caller) -> absl::Status {
        BL_RETURN_IF_ERROR(CheckOwnSite(caller, request->site()));
        const std::string& site = caller.role == Role::kSite ? caller.name : request->site();
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        BL_ASSIGN_OR_RETURN(const v1::UploadInfo info,
                            project->uploads().Info(site, request->dataset()));
        *response = ForCaller(info);
        return absl::OkStatus();
      });
}

grpc::Status UploadService::ListUploads(grpc::ServerContext* context,
                                        const v1::ListUploadsRequest* request,
                                        v1::ListUploadsResponse* response) {
  return gate_.Pass(*context, "/blindlink.v1.Upload/ListUploads", {request->project(), "", "", ""},
                    [&](const Party& caller) -> absl::Status {
                      BL_ASSIGN_OR_RETURN(Project * project,
                                          FindForCaller(store_, request->project(), caller));
                      const std::string site = caller.role == Role::kSite ? caller.name : "";
                      for (const v1::UploadInfo& info : project->uploads().List(site)) {
                        *response->add_uploads() = ForCaller(info);
                      }
                      return absl::OkStatus();
                    });
}

grpc::Status UploadService::DiscardUpload(grpc::ServerContext* context,
                                          const v1::GetUploadRequest* request,
                                          v1::UploadInfo* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Upload/DiscardUpload",
      {request->project(), "", request->site(), request->dataset()},
      [&](const Party& caller) -> absl::Status {
        BL_RETURN_IF_ERROR(CheckOwnSite(caller, request->site()));
        BL_ASSIGN_OR_RETURN(Project * project, FindForCaller(store_, request->project(), caller));
        UploadRegister& uploads = project->uploads();
        BL_ASSIGN_OR_RETURN(const v1::UploadInfo info,
                            caller.role == Role::kSite
                                ? uploads.Discard(caller.name, request->dataset())
                                : uploads.DiscardOrWithdraw(request->site(), request->dataset()));
        *response = ForCaller(info);
        return absl::OkStatus();
      });
}

v1::UploadInfo UploadService::ForCaller(v1::UploadInfo info) const {
  info.set_failure(gate_.WithoutPaths(info.failure()));
  return info;
}

}  // namespace blindlink::resolver
