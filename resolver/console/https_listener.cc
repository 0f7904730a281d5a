#include "resolver/console/https_listener.h"

#include <ctime>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/http/connection_threads.h"
#include "resolver/service/handshake_log.h"
#include "resolver/service/on_behalf.h"

namespace blindlink::resolver {
namespace {

// In progress, and being ended to make room for others.
constexpr size_t kMostHandshakes = 2 * Handshakes::Limits{}.all;
constexpr size_t kMaxRequestBytes = 64 << 10;
constexpr size_t kMaxBodyBytes = 32 << 10;
constexpr size_t kMaxPathBytes = 512;
constexpr int kMaxRequestsPerConnection = 1000;
constexpr std::chrono::seconds kPauseBeforeListening{1};
// Connections that the system holds until they are accepted. cpp-httplib's own five are too few if
// some dozens come at the same moment: the system drops the others, and they try again after a
// second.
constexpr int kQueue = 1024;

// The visit of the request that this thread serves, for cpp-httplib's handlers.
thread_local const HttpsListener::Visit* g_visit = nullptr;
// Set if this thread's connection must end with the answer that is being written.
thread_local bool g_ends = false;

std::string HostOf(const std::string& listen) {
  absl::string_view host = absl::string_view(listen).substr(0, listen.rfind(':'));
  absl::ConsumePrefix(&host, "[");
  absl::ConsumeSuffix(&host, "]");
  return std::string(host);
}

bool IsForm(const httplib::Request& request) {
  return absl::StartsWith(request.get_header_value("Content-Type"),
                          "application/x-www-form-urlencoded");
}

bool Refuse(int status, httplib::Response* response) {
  response->status = status;
  return false;
}

// Answers are never compressed: how far a page shrinks would tell a listener what of a request is
// also a secret of the page. Nor are they sent in pieces.
void KeepWhole(httplib::Request& request) {
  request.headers.erase("Accept-Encoding");
  request.ranges.clear();
}

// Whether the request is one that the console's pages make; sets the response if not.
bool IsSound(const httplib::Request& request, httplib::Response* response) {
  if (request.method != "GET" && request.method != "POST") return Refuse(405, response);
  if (request.path.size() > kMaxPathBytes) return Refuse(414, response);
  if (request.method == "POST" && !IsForm(request)) return Refuse(415, response);
  const bool has_body =
      request.has_header("Content-Length") || request.has_header("Transfer-Encoding");
  if (request.method == "GET" && has_body) return Refuse(400, response);
  return true;
}

}  // namespace

HttpsListener::HttpsListener(Options options, const CertificateWatch& certificates,
                             ClientList& clients, PartyLimits& limits, Serve serve)
    : options_(std::move(options)),
      tls_(certificates),
      clients_(clients),
      limits_(limits),
      serve_(std::move(serve)) {
  new_task_queue = [this] { return new ConnectionThreads(options_.connections + kMostHandshakes); };
  set_payload_max_length(kMaxBodyBytes);
  set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    if (!IsSound(request, &response)) return HandlerResponse::Handled;
    if (request.method == "POST") return HandlerResponse::Unhandled;  // its body comes first
    serve_(*g_visit, request, &response);
    return HandlerResponse::Handled;
  });
  set_exception_handler(
      [](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
        response.status = 500;  // cpp-httplib would say what was thrown
      });
  // What is left of a refused request is not read as another one.
  set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
    g_ends = response.status >= 400;
    if (g_ends) response.set_header("Connection", "close");
  });
  Post(".*", [this](const httplib::Request& request, httplib::Response& response) {
    serve_(*g_visit, request, &response);
  });
}

absl::StatusOr<std::unique_ptr<HttpsListener>> HttpsListener::Start(
    Options options, const CertificateWatch& certificates, ClientList& clients, PartyLimits& limits,
    Serve serve) {
  std::unique_ptr<HttpsListener> listener(
      new HttpsListener(std::move(options), certificates, clients, limits, std::move(serve)));
  BL_RETURN_IF_ERROR(listener->tls_.Current().status());
  BL_RETURN_IF_ERROR(listener->Listen());
  return listener;
}

absl::Status HttpsListener::Listen() {
  int wanted = 0;
  const bool is_port =
      absl::SimpleAtoi(options_.listen.substr(options_.listen.rfind(':') + 1), &wanted);
  const std::string host = HostOf(options_.listen);
  if (is_port && wanted == 0) {
    port_ = bind_to_any_port(host);
  } else if (is_port && bind_to_port(host, wanted)) {
    port_ = wanted;
  }
  if (port_ <= 0) {
    return absl::UnavailableError(
        absl::StrCat("the console cannot listen on ", options_.listen,
                     ": the address is in use, or not one of this machine's"));
  }
  ::listen(svr_sock_, kQueue);
  thread_ = std::thread([this, host] { Run(host); });
  return absl::OkStatus();
}

// cpp-httplib stops listening at some errors of the system that pass.
void HttpsListener::Run(const std::string& host) {
  while (!stopping_) {
    listen_after_bind();
    if (stopping_) break;
    spdlog::error("event=console-listener-ended what_is_done=\"it listens again in a second\"");
    std::this_thread::sleep_for(kPauseBeforeListening);
    if (!stopping_ && bind_to_port(host, port_)) ::listen(svr_sock_, kQueue);
  }
  ended_ = true;
}

HttpsListener::~HttpsListener() {
  stopping_ = true;
  if (!thread_.joinable()) return;
  // stop() does nothing before the thread has begun to listen.
  while (!is_running() && !ended_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  stop();
  thread_.join();
}

bool HttpsListener::process_and_close_socket(socket_t socket) {
  UniqueFd fd(socket);
  if (stopping_ || ConnectionThreads::TooMany()) return false;
  absl::StatusOr<std::shared_ptr<SSL_CTX>> context = tls_.Current();
  if (!context.ok()) return false;
  TlsStream stream(std::move(fd), *std::move(context), stopping_);
  ServeConnection(&stream);
  return true;
}

void HttpsListener::ServeConnection(TlsStream* stream) {
  const absl::StatusOr<Visit> visit = Admit(stream);
  if (!visit.ok()) return;
  const bool is_room = ++connections_ <= options_.connections;
  const absl::Cleanup leave = [this] { --connections_; };
  if (!is_room) return;
  for (int requests = 0; requests < kMaxRequestsPerConnection; ++requests) {
    stream->Limit(TlsStream::Clock::now() + options_.idle, kMaxRequestBytes);
    if (!stream->WaitForRequest() || !ServeRequest(*visit, stream)) return;
  }
}

absl::StatusOr<HttpsListener::Visit> HttpsListener::Admit(TlsStream* stream) {
  Visit visit;
  visit.peer = stream->Peer();
  absl::Status status = Handshake(visit.peer, stream)
                            ? absl::OkStatus()
                            : absl::UnauthenticatedError(
                                  "no TLS 1.3 handshake with a certificate of the clients' CA");
  if (status.ok()) {
    visit.certificate = stream->PeerCertificate();
    const absl::StatusOr<Identity> identity = ReadIdentity(visit.certificate);
    status = identity.status();
    if (status.ok()) visit.identity = *identity;
  }
  const bool is_known = status.ok();
  if (status.ok()) status = CheckIdentity(visit.identity);
  if (status.ok()) status = limits_.TakeConnection(SpiffeUriOf(visit.identity.party));
  if (status.ok() && visit.certificate.size() > OnBehalf::kMaxCertificateBytes) {
    status = absl::UnauthenticatedError("the client certificate is too large for the console");
  }
  if (status.ok()) return visit;
  SetHandshakePeer(visit.peer);
  LogRefusedHandshake(is_known ? &visit.identity : nullptr, status.message());
  return status;
}

bool HttpsListener::Handshake(const std::string& peer, TlsStream* stream) {
  const Handshakes::Slot slot(handshakes_, peer.substr(0, peer.rfind(':')),
                              [stream] { stream->Interrupt(); });
  stream->Limit(TlsStream::Clock::now() + options_.handshake, kMaxRequestBytes);
  return stream->Handshake();
}

absl::Status HttpsListener::CheckIdentity(const Identity& identity) {
  BL_RETURN_IF_ERROR(CheckNotExpired(identity, time(nullptr)));
  return clients_.CheckListed(identity);
}

// Whether the connection may go on.
bool HttpsListener::ServeRequest(const Visit& visit, TlsStream* stream) {
  if (!CheckIdentity(visit.identity).ok()) return false;  // revoked since the connection began
  stream->Limit(TlsStream::Clock::now() + options_.request, kMaxRequestBytes);
  bool closed = false;
  g_visit = &visit;
  g_ends = false;
  const bool served = process_request(*stream, /*close_connection=*/false, closed, KeepWhole);
  g_visit = nullptr;
  return served && !closed && !g_ends;
}

}  // namespace blindlink::resolver
