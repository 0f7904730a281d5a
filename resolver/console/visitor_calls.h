#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "common/rpc/audited_calls.h"
#include "common/rpc/status.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "resolver/service/on_behalf.h"

namespace blindlink::resolver {

// Makes the calls of one request on behalf of the visitor who sent it. They pass the same gate as
// the visitor's own calls over gRPC would: its list of clients, table of methods, limits and audit
// log. Not thread-safe.
class VisitorCalls {
 public:
  VisitorCalls(std::shared_ptr<grpc::Channel> channel, const OnBehalf& on_behalf, OnBehalfOf who)
      : channel_(std::move(channel)), on_behalf_(on_behalf), who_(std::move(who)) {}

  // One call: Make(&v1::Project::Stub::GetProject, request). Errors are those of the service.
  template <typename Stub, typename Request, typename Reply>
  absl::StatusOr<Reply> Make(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Reply*),
                             const Request& request) {
    Stub stub(channel_);
    grpc::ClientContext context;
    Prepare(&context);
    Reply reply;
    const grpc::Status status = (stub.*method)(&context, request, &reply);
    NoteEntry(context);
    if (!status.ok()) return FromGrpc(status);
    return reply;
  }

  // The entry of the audit log that the last call is, if it has one.
  std::optional<uint64_t> last_entry() const { return last_entry_; }

 private:
  static constexpr std::chrono::seconds kDeadline{30};

  void Prepare(grpc::ClientContext* context) const {
    on_behalf_.Attach(who_, context);
    context->set_deadline(std::chrono::system_clock::now() + kDeadline);
  }
  void NoteEntry(const grpc::ClientContext& context) {
    const auto& metadata = context.GetServerTrailingMetadata();
    const auto found = metadata.find(kAuditEntryKey);
    uint64_t entry = 0;
    last_entry_.reset();
    if (found == metadata.end()) return;
    if (absl::SimpleAtoi(absl::string_view(found->second.data(), found->second.size()), &entry)) {
      last_entry_ = entry;
    }
  }

  const std::shared_ptr<grpc::Channel> channel_;
  const OnBehalf& on_behalf_;
  const OnBehalfOf who_;
  std::optional<uint64_t> last_entry_;
};

}  // namespace blindlink::resolver
