#include "resolver/service/audit_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "resolver/audit/entry_text.h"

namespace blindlink::resolver {
namespace {

constexpr int kMostReceipts = 64;

// Whether the caller may see the entry: its own; a coordinator all.
bool MaySee(const Party& caller, const std::string& serialized) {
  if (caller.role == Role::kCoordinator) return true;
  v1::AuditEntry entry;
  return entry.ParseFromString(serialized) && entry.party() == SpiffeUriOf(caller);
}

bool IsAbout(const std::string& project, const std::string& serialized) {
  v1::AuditEntry entry;
  return entry.ParseFromString(serialized) && IsAboutProject(project, entry);
}

}  // namespace

grpc::Status AuditService::GetHead(grpc::ServerContext* context, const v1::GetAuditHeadRequest*,
                                   v1::AuditHead* response) {
  return gate_.Pass(*context, "/blindlink.v1.Audit/GetHead", {}, [&](const Party&) {
    *response = log_.Head();
    return absl::OkStatus();
  });
}

grpc::Status AuditService::GetConsistency(grpc::ServerContext* context,
                                          const v1::GetAuditConsistencyRequest* request,
                                          v1::AuditProof* response) {
  return gate_.Pass(
      *context, "/blindlink.v1.Audit/GetConsistency", {}, [&](const Party&) -> absl::Status {
        BL_ASSIGN_OR_RETURN(*response, log_.Consistency(request->from(), request->to()));
        return absl::OkStatus();
      });
}

absl::Status AuditService::MakeReceipts(const Party& caller,
                                        const v1::GetAuditReceiptRequest& request,
                                        v1::AuditReceipts* response) const {
  if (request.entries_size() > kMostReceipts) {
    return absl::InvalidArgumentError(absl::StrCat("at most ", kMostReceipts, " entries"));
  }
  *response->mutable_head() = log_.Head();
  const uint64_t size = response->head().size();
  if (request.known_size() <= size) {
    BL_ASSIGN_OR_RETURN(*response->mutable_consistency(),
                        log_.Consistency(request.known_size(), size));
  }
  for (const uint64_t index : request.entries()) {
    absl::StatusOr<v1::AuditReceipt> receipt = log_.ReceiptOf(index, size);
    if (absl::IsOutOfRange(receipt.status()) ||
        (receipt.ok() && !MaySee(caller, receipt->entry()))) {
      return absl::NotFoundError(
          absl::StrCat("the audit log has no entry ", index, " of this party"));
    }
    BL_RETURN_IF_ERROR(receipt.status());
    *response->add_receipts() = *std::move(receipt);
  }
  return absl::OkStatus();
}

grpc::Status AuditService::GetReceipt(grpc::ServerContext* context,
                                      const v1::GetAuditReceiptRequest* request,
                                      v1::AuditReceipts* response) {
  return gate_.Pass(*context, "/blindlink.v1.Audit/GetReceipt", {},
                    [&](const Party& caller) { return MakeReceipts(caller, *request, response); });
}

absl::Status AuditService::SendEntries(Call& call, const v1::ExportAuditEntriesRequest& request,
                                       grpc::ServerWriter<v1::AuditEntryChunk>* writer) const {
  BL_RETURN_IF_ERROR(call.Begin());
  v1::AuditEntryChunk chunk;
  *chunk.mutable_head() = log_.Head();
  const uint64_t end = chunk.head().size();
  uint64_t first = request.first();
  do {
    const uint64_t next =
        std::min(end, first / AuditTree::kChunk * AuditTree::kChunk + AuditTree::kChunk);
    BL_ASSIGN_OR_RETURN(std::vector<std::string> entries, log_.Entries(first, next));
    for (std::string& entry : entries) {
      if (!IsAbout(request.project(), entry)) continue;
      chunk.add_entries(std::move(entry));
    }
    bool written = false;
    BL_RETURN_IF_ERROR(call.Await([&] { written = writer->Write(chunk); }));
    if (!written) return absl::CancelledError("the caller closed the stream");
    chunk.Clear();
    first = next;
  } while (first < end);
  return absl::OkStatus();
}

grpc::Status AuditService::ExportEntries(grpc::ServerContext* context,
                                         const v1::ExportAuditEntriesRequest* request,
                                         grpc::ServerWriter<v1::AuditEntryChunk>* writer) {
  return gate_.PassStream(*context, "/blindlink.v1.Audit/ExportEntries", {request->project()},
                          [&](Call& call) { return SendEntries(call, *request, writer); });
}

}  // namespace blindlink::resolver
