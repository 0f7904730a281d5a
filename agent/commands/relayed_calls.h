#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/isolation/message_pipe.h"
#include "agent/isolation/reading_process.h"
#include "common/base/status_macros.h"
#include "common/rpc/client.h"
#include "common/rpc/unary_call.h"
#include "grpcpp/channel.h"

namespace blindlink::agent {

// How a command that reads identifiers or keys and has to ask the resolver is two processes
// (docs/adr/0017): one is offline and does all of the work; the other makes the calls that the
// first asks for, of the kinds that the command allows, and returns their answers.

// A kind of call. `number`: from 1, different for each of a command.
template <typename Request, typename Reply>
struct RelayedCall {
  uint8_t number;
};

// What the half that is offline has in place of stubs. Not thread-safe.
class CallRelay {
 public:
  explicit CallRelay(MessagePipe& pipe) : pipe_(pipe) {}

  // Has the other half make the call. Errors are those of Connect and UnaryCall; ABORTED if the
  // other half has ended; UNIMPLEMENTED if the command does not allow this call.
  template <typename Request, typename Reply>
  absl::StatusOr<Reply> Call(RelayedCall<Request, Reply> call, const Request& request) {
    BL_ASSIGN_OR_RETURN(const std::string answer,
                        Exchange(call.number, request.SerializeAsString()));
    Reply reply;
    if (reply.ParseFromString(answer)) return reply;
    return absl::InternalError("the two halves of the agent do not understand each other");
  }

 private:
  absl::StatusOr<std::string> Exchange(uint8_t number, const std::string& request);

  MessagePipe& pipe_;
};

// The calls that the half with the network makes for the other one. It opens nothing but what the
// connection needs: certificate, private key, CA and witness file. Not thread-safe.
class AllowedCalls {
 public:
  // Connects at the first call. `flags` must outlive it.
  explicit AllowedCalls(const ConnectionFlags& flags) : flags_(&flags) {}

  // Allows Stub::method, as in Allow(kRelink, &v1::Access::Stub::Relink).
  template <typename Stub, typename Request, typename Reply>
  AllowedCalls& Allow(RelayedCall<Request, Reply> call,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Reply*)) {
    calls_[call.number] = [method](const std::shared_ptr<grpc::Channel>& channel,
                                   const std::string& bytes) -> absl::StatusOr<std::string> {
      Request request;
      if (!request.ParseFromString(bytes)) {
        return absl::InternalError("the two halves of the agent do not understand each other");
      }
      Stub stub(channel);
      BL_ASSIGN_OR_RETURN(const Reply reply, UnaryCall(stub, method, request));
      return reply.SerializeAsString();
    };
    return *this;
  }

  const ConnectionFlags& connection() const { return *flags_; }

  // Makes a call; `request` and the answer are serialized.
  absl::StatusOr<std::string> Make(uint8_t number, const std::string& request);

 private:
  using Caller = std::function<absl::StatusOr<std::string>(const std::shared_ptr<grpc::Channel>&,
                                                           const std::string&)>;

  const ConnectionFlags* flags_;
  std::shared_ptr<grpc::Channel> channel_;  // null before the first call
  std::map<uint8_t, Caller> calls_;
};

// What the half with the network does first, before it has threads: from then on it can read
// nothing but the files of the connection, the folder of its witness file, and the system's
// (ReadNothingBut), if the kernel can see to that.
absl::Status ReadOnlyWhatConnects(const ConnectionFlags& flags);

// Runs `work` in a child that is offline before it begins (ReadingProcess), and in this process
// makes the calls that it asks for. Returns the error of `work`. Standard input and output are
// those of `work`. Ctrl-C ends both at once. `offline_required` as in GoOfflineIfPossible.
absl::Status RunInTwoHalves(AllowedCalls calls, bool offline_required,
                            const std::function<absl::Status(CallRelay&)>& work);

}  // namespace blindlink::agent
