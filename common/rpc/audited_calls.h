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
// said they are, or without if it did not say it, gathered by the channels that Connect makes.
// Thread-safe.
class AuditedCalls {
 public:
  static AuditedCalls& OfThisProcess();

  // Notes how a call ended; `entry` is the metadata's text, empty if there was none. Of calls that
  // only look it notes that the resolver has answered.
  void Note(const std::string& method, bool succeeded, const std::string& entry);
  void NoteConnection(const ConnectionFlags& flags, std::shared_ptr<grpc::Channel> channel);

  struct Made {
    ConnectionFlags flags;
    std::shared_ptr<grpc::Channel> channel;  // null if none was made
    bool answered = false;                   // the resolver has done what some call asked for
    std::vector<AuditedCall> calls;
    // The methods of calls that succeeded without a word on which entry they are.
    std::vector<std::string> without_entry;
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
