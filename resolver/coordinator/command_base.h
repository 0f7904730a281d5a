#pragma once

#include <chrono>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "common/base/status_macros.h"
#include "common/rpc/client.h"
#include "common/rpc/status.h"
#include "grpcpp/client_context.h"
#include "resolver/coordinator/coordinator_commands.h"

namespace blindlink::resolver {

// What the coordinator's commands share: the connection, and one unary call over it.
class RpcCommand : public CoordinatorCommand {
 public:
  RpcCommand(CLI::App& parent, const std::string& name, const std::string& what,
             const std::string& example)
      : app_(*parent.add_subcommand(name, what)) {
    app_.footer("Example:\n  blindlink-resolver " + parent.get_name() + " " + name + " " + example +
                " \\\n    --resolver center.example.org:7443 --cert coordinator.pem --key "
                "coordinator.key --ca ca.pem");
    AddConnectionFlags(app_, &connection_);
  }
  bool Parsed() const override { return app_.parsed(); }

 protected:
  // Call<v1::Project>(&v1::Project::Stub::GetProject, request, &response)
  template <typename Service, typename Request, typename Response>
  absl::Status Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&,
                                                          Response*),
                    const Request& request, Response* response) {
    if (channel_ == nullptr) {
      BL_ASSIGN_OR_RETURN(channel_, Connect(connection_));
    }
    const auto stub = Service::NewStub(channel_);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kTimeout);
    return FromGrpc(((*stub).*method)(&context, request, response));
  }

  static constexpr auto kTimeout = std::chrono::seconds(60);
  CLI::App& app_;

 private:
  ConnectionFlags connection_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace blindlink::resolver
