#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/audit/witness.h"
#include "common/rpc/client.h"
#include "grpcpp/channel.h"

namespace blindlink {

// Where the resolver says, in a call's trailing metadata, which entry of its audit log the call is.
inline constexpr char kAuditEntryKey[] = "blindlink-audit-entry";

// The calls of this process that changed or fetched something, with the entries that the resolver
// said they are, gathered by the channels that Connect makes. Thread-safe.
class AuditedCalls {
 public:
  static AuditedCalls& OfThisProcess();

  // Notes a call; `entry` is the metadata's text. Calls that only look are left out.
  void Note(const std::string& method, const std::string& entry);
  void NoteConnection(const ConnectionFlags& flags, std::shared_ptr<grpc::Channel> channel);

  struct Made {
    ConnectionFlags flags;
    std::shared_ptr<grpc::Channel> channel;  // null if none was made
    std::vector<AuditedCall> calls;          // the newest ones
  };
  // What was noted since the last call of this.
  Made Take();

 private:
  std::mutex mutex_;
  Made made_;
};

// Whether calls of the method neither change nor fetch anything worth a receipt.
bool OnlyLooks(const std::string& method);

// What a channel needs to note its calls.
std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
AuditedCallInterceptors();

}  // namespace blindlink
