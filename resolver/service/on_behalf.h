#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "common/base/secret_bytes.h"
#include "grpcpp/client_context.h"
#include "grpcpp/server_context.h"

namespace blindlink::resolver {

// A client that another listener of this process has authenticated by its certificate.
struct OnBehalfOf {
  std::string certificate;  // PEM
  std::string peer;         // its address, for the log
};

// Lets the console make calls on behalf of its visitors: over a channel that stays inside the
// process, with metadata that say who the visitor is and hold a secret that never leaves the
// process. The gate (call_gate.h) then identifies the visitor as if the call came over TLS.
// Thread-safe.
class OnBehalf {
 public:
  OnBehalf();

  // Says on whose behalf the call is made. `who.certificate` may have at most kMaxCertificateBytes.
  void Attach(const OnBehalfOf& who, grpc::ClientContext* context) const;
  // Whom a call is made for; nothing if it is not such a call: it came over the network, or does
  // not know the secret.
  std::optional<OnBehalfOf> Find(const grpc::ServerContext& context) const;

  // gRPC's limit on all metadata of a call is 8 KiB.
  static constexpr size_t kMaxCertificateBytes = 6000;

 private:
  absl::string_view secret() const;

  const SecretBytes secret_;
};

}  // namespace blindlink::resolver
