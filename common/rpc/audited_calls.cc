#include "common/rpc/audited_calls.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/client_interceptor.h"

namespace blindlink {
namespace {

constexpr absl::string_view kOurServices = "/blindlink.v1.";

constexpr const char* kLooking[] = {"/blindlink.v1.Audit/GetHead",
                                    "/blindlink.v1.Audit/GetConsistency",
                                    "/blindlink.v1.Audit/GetReceipt",
                                    "/blindlink.v1.Project/GetProject",
                                    "/blindlink.v1.Project/ListProjects",
                                    "/blindlink.v1.Upload/GetUpload",
                                    "/blindlink.v1.Upload/ListUploads",
                                    "/blindlink.v1.Linkage/GetLinkageRun",
                                    "/blindlink.v1.Linkage/ListLinkageRuns",
                                    "/blindlink.v1.Result/ListResults",
                                    "/blindlink.v1.KeyExchange/GetKeyExchange",
                                    "/blindlink.v1.KeyRotation/GetProjectKeys",
                                    "/blindlink.v1.Access/ListGrants",
                                    "/blindlink.v1.Access/GetGrant",
                                    "/blindlink.v1.Withdrawal/GetWithdrawal",
                                    "/blindlink.v1.Withdrawal/ListWithdrawals",
                                    "/blindlink.v1.Explanation/ExplainPair",
                                    "/blindlink.v1.Explanation/ExplainEntity"};

class NoteEntry : public grpc::experimental::Interceptor {
 public:
  explicit NoteEntry(grpc::experimental::ClientRpcInfo* info) : method_(info->method()) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    using grpc::experimental::InterceptionHookPoints;
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_STATUS)) {
      const auto* metadata = methods->GetRecvTrailingMetadata();
      const auto found = metadata->find(kAuditEntryKey);
      std::string entry;
      if (found != metadata->end()) entry.assign(found->second.data(), found->second.size());
      AuditedCalls::OfThisProcess().Note(method_, methods->GetRecvStatus()->ok(), entry);
    }
    methods->Proceed();
  }

 private:
  const std::string method_;
};

class NoteEntries : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* info) override {
    return new NoteEntry(info);  // gRPC deletes it
  }
};

}  // namespace

bool OnlyLooks(const std::string& method) {
  return std::find(std::begin(kLooking), std::end(kLooking), method) != std::end(kLooking);
}

AuditedCalls& AuditedCalls::OfThisProcess() {
  static auto* calls = new AuditedCalls;
  return *calls;
}

void AuditedCalls::Note(const std::string& method, bool succeeded, const std::string& entry) {
  if (!absl::StartsWith(method, kOurServices)) return;
  uint64_t index = 0;
  const bool has_entry = absl::SimpleAtoi(entry, &index);
  const std::lock_guard lock(mutex_);
  made_.answered |= succeeded;
  if (OnlyLooks(method)) return;
  if (has_entry) {
    made_.calls.push_back({index, method});
  } else if (succeeded) {
    made_.without_entry.push_back(method);
  }
}

void AuditedCalls::NoteConnection(const ConnectionFlags& flags,
                                  std::shared_ptr<grpc::Channel> channel) {
  const std::lock_guard lock(mutex_);
  made_.flags = flags;
  made_.channel = std::move(channel);
}

AuditedCalls::Made AuditedCalls::Take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(made_, {});
}

std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
AuditedCallInterceptors() {
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<NoteEntries>());
  return factories;
}

}  // namespace blindlink
