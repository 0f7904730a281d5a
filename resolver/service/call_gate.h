#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/status.h"
#include "grpcpp/server_context.h"
#include "resolver/authz/client_list.h"
#include "resolver/authz/spiffe.h"
#include "resolver/project/project_store.h"

namespace blindlink::resolver {

// Every call of every service passes through this gate. It identifies the caller, checks whether
// the role may call the method, and logs the outcome, denied or not. (gRPC's interceptors cannot
// refuse a call.) Thread-safe.
class CallGate {
 public:
  explicit CallGate(ClientList& clients) : clients_(clients) {}

  // Calls `handle(const Party&)`, which returns absl::Status, if the caller is allowed to. `method`
  // as in method_table.h.
  template <typename Handle>
  grpc::Status Pass(const grpc::ServerContext& context, const char* method, Handle handle) {
    const absl::StatusOr<Party> caller = Admit(context, method);
    const absl::Status status = caller.ok() ? handle(*caller) : caller.status();
    Log(context, method, caller, status);
    return ToGrpc(status);
  }

 private:
  absl::StatusOr<Party> Admit(const grpc::ServerContext& context, const char* method);
  static void Log(const grpc::ServerContext& context, const char* method,
                  const absl::StatusOr<Party>& caller, const absl::Status& status);

  ClientList& clients_;
};

// The project, if the caller takes part in it or is a coordinator. NOT_FOUND also for an existing
// project in which the caller has no part.
absl::StatusOr<Project*> FindForCaller(const ProjectStore& store, const std::string& project,
                                       const Party& caller);

}  // namespace blindlink::resolver
