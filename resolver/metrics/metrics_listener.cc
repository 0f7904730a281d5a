#include "resolver/metrics/metrics_listener.h"

#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/telemetry/log.h"
#include "resolver/http/connection_threads.h"
#include "resolver/metrics/metric_list.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kConnections = 4;
constexpr std::chrono::seconds kTimeout{5};
constexpr std::chrono::milliseconds kBetweenLooks{10};
constexpr size_t kMaxHeadBytes = 4096;

// Waits until the head of a request can be read at once, so that a sender of single bytes costs a
// connection five seconds. False if it does not come in time.
bool HasWholeHead(int socket, const std::atomic<bool>& stopping) {
  const auto end = std::chrono::steady_clock::now() + kTimeout;
  char head[kMaxHeadBytes];
  while (std::chrono::steady_clock::now() < end && !stopping) {
    const ssize_t size = recv(socket, head, sizeof(head), MSG_PEEK | MSG_DONTWAIT);
    if (size == 0) return false;  // closed
    if (size > 0) {
      const absl::string_view text(head, static_cast<size_t>(size));
      if (absl::StrContains(text, "\r\n\r\n")) return true;
      if (text.size() == sizeof(head)) return false;
    } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
      return false;
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return false;
}

}  // namespace

bool MetricsListener::Server::process_and_close_socket(socket_t socket) {
  if (!ConnectionThreads::TooMany() && HasWholeHead(socket, stopping)) {
    return httplib::Server::process_and_close_socket(socket);
  }
  close(socket);
  return false;
}

MetricsListener::MetricsListener(std::function<v1::Health()> health) {
  server_.new_task_queue = [] { return new ConnectionThreads(kConnections); };
  server_.set_read_timeout(kTimeout);
  server_.set_write_timeout(kTimeout);
  server_.set_keep_alive_max_count(1);
  server_.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  });
  server_.set_pre_routing_handler(
      [health = std::move(health)](const httplib::Request& request, httplib::Response& response) {
        const bool found = request.method == "GET" && request.path == "/metrics";
        response.status = found ? 200 : 404;
        if (found) response.set_content(MetricsText(health()), "text/plain; version=0.0.4");
        return httplib::Server::HandlerResponse::Handled;
      });
}

absl::StatusOr<std::unique_ptr<MetricsListener>> MetricsListener::Start(
    const std::string& listen, std::function<v1::Health()> health) {
  std::unique_ptr<MetricsListener> listener(new MetricsListener(std::move(health)));
  const size_t colon = listen.rfind(':');
  const std::string host = listen.substr(0, colon);
  int wanted = 0;
  const bool is_port = colon != listen.npos && absl::SimpleAtoi(listen.substr(colon + 1), &wanted);
  httplib::Server& server = listener->server_;
  if (is_port && wanted == 0) {
    listener->port_ = server.bind_to_any_port(host);
  } else if (is_port && server.bind_to_port(host, wanted)) {
    listener->port_ = wanted;
  }
  if (listener->port_ <= 0) {
    return absl::UnavailableError(
        absl::StrCat("the metrics cannot be served on ", listen,
                     ": the address is in use, or not one of this machine's"));
  }
  listener->thread_ = std::thread([raw = listener.get()] {
    raw->server_.listen_after_bind();
    if (!raw->server_.stopping) spdlog::error("event=metrics-listener-ended");
    raw->ended_ = true;
  });
  return listener;
}

MetricsListener::~MetricsListener() {
  if (!thread_.joinable()) return;
  server_.stopping = true;
  // stop() does nothing before the thread has begun to listen.
  while (!server_.is_running() && !ended_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  server_.stop();
  thread_.join();
}

}  // namespace blindlink::resolver
