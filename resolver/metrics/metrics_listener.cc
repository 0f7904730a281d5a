#include "resolver/metrics/metrics_listener.h"

#include <chrono>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/telemetry/log.h"
#include "resolver/http/connection_threads.h"
#include "resolver/http/plain_stream.h"
#include "resolver/metrics/metric_list.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kConnections = 4;
constexpr std::chrono::seconds kTimeout{5};

}  // namespace

bool MetricsListener::Server::process_and_close_socket(socket_t socket) {
  UniqueFd fd(socket);
  if (stopping || ConnectionThreads::TooMany()) return false;
  PlainStream stream(std::move(fd), PlainStream::Clock::now() + kTimeout, stopping);
  bool closed = false;
  return process_request(stream, /*close_connection=*/true, closed, nullptr);
}

MetricsListener::MetricsListener(std::function<v1::Health()> health) {
  server_.new_task_queue = [] { return new ConnectionThreads(kConnections); };
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
