#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>

#include "absl/status/statusor.h"
#include "resolver/service/certificate_watch.h"

namespace blindlink::resolver {

// What OpenSSL needs for new connections of the console: TLS 1.3 only, the resolver's certificate
// of the moment, and a client certificate by the clients' CA required. Sessions are never resumed,
// so that every connection proves its certificate anew. Thread-safe.
class TlsContext {
 public:
  explicit TlsContext(const CertificateWatch& certificates) : certificates_(certificates) {}

  // For a new connection. If the files have changed but cannot be used, the ones before serve.
  // INTERNAL if there never were usable ones.
  absl::StatusOr<std::shared_ptr<SSL_CTX>> Current();

 private:
  const CertificateWatch& certificates_;
  std::mutex mutex_;
  CertificateFiles made_of_;
  std::shared_ptr<SSL_CTX> context_;
};

}  // namespace blindlink::resolver
