#pragma once

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "resolver/authz/client_list.h"
#include "resolver/authz/identity.h"
#include "resolver/console/handshakes.h"
#include "resolver/console/tls_context.h"
#include "resolver/console/tls_stream.h"
#include "resolver/service/party_limits.h"

namespace blindlink::resolver {

// HTTP/1.1 over mutual TLS 1.3. cpp-httplib parses requests; this class decides who may connect and
// how much a connection may cost: connections at a time, those that have not shown a certificate
// yet (handshakes.h), bytes and time of a handshake, a request and an answer. Nobody without a
// certificate of the clients' CA that is in the list of clients gets a byte of an answer.
class HttpsListener final : public httplib::Server {
 public:
  struct Options {
    std::string listen;       // "host:port"
    size_t connections = 64;  // of those who have shown a certificate
    std::chrono::milliseconds handshake{10000};
    std::chrono::milliseconds request{10000};  // to send it, and to take its answer
    std::chrono::milliseconds idle{15000};     // between requests
  };
  struct Visit {
    Identity identity;
    std::string certificate;  // PEM
    std::string peer;         // address, for the log
  };
  // Called for each request, by several threads. Must set the whole response.
  using Serve =
      std::function<void(const Visit& visit, const httplib::Request&, httplib::Response*)>;

  // Listens. UNAVAILABLE if the address cannot be bound. The references must outlive the listener.
  static absl::StatusOr<std::unique_ptr<HttpsListener>> Start(Options options,
                                                              const CertificateWatch& certificates,
                                                              ClientList& clients,
                                                              PartyLimits& limits, Serve serve);
  // Ends the connections.
  ~HttpsListener() override;

  int port() const { return port_; }

 private:
  HttpsListener(Options options, const CertificateWatch& certificates, ClientList& clients,
                PartyLimits& limits, Serve serve);
  absl::Status Listen();
  void Run(const std::string& host);
  // cpp-httplib calls it for each accepted connection, in a thread of ConnectionThreads.
  bool process_and_close_socket(socket_t socket) override;
  void ServeConnection(TlsStream* stream);
  bool Handshake(const std::string& peer, TlsStream* stream);
  absl::StatusOr<Visit> Admit(TlsStream* stream);
  absl::Status CheckIdentity(const Identity& identity);
  bool ServeRequest(const Visit& visit, TlsStream* stream);

  const Options options_;
  TlsContext tls_;
  ClientList& clients_;
  PartyLimits& limits_;
  const Serve serve_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> ended_ = false;  // the thread
  Handshakes handshakes_;
  std::atomic<size_t> connections_ = 0;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace blindlink::resolver
