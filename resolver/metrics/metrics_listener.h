#pragma once

#include <httplib.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "blindlink/v1/overview_service.pb.h"

namespace blindlink::resolver {

// Serves GET /metrics to Prometheus, over plain HTTP and to whoever can reach the address, which
// should therefore be a loopback one. There are only numbers in it (metric_list.h). Four
// connections at a time, each with five seconds for its request; further ones are closed at once.
class MetricsListener {
 public:
  // `health` is called for each request, by several threads. UNAVAILABLE if the address cannot be
  // bound.
  static absl::StatusOr<std::unique_ptr<MetricsListener>> Start(const std::string& listen,
                                                                std::function<v1::Health()> health);
  ~MetricsListener();

  int port() const { return port_; }

 private:
  explicit MetricsListener(std::function<v1::Health()> health);

  class Server final : public httplib::Server {
   public:
    std::atomic<bool> stopping = false;

   private:
    bool process_and_close_socket(socket_t socket) override;
  };

  Server server_;
  int port_ = 0;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace blindlink::resolver
