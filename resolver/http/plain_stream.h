#pragma once

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <utility>

#include "common/base/fd.h"

namespace blindlink::resolver {

// One TCP connection as cpp-httplib wants it, with one deadline for the request and its answer,
// which a peer that sends single bytes cannot stretch. Not thread-safe.
class PlainStream final : public httplib::Stream {
 public:
  using Clock = std::chrono::steady_clock;

  // `stopping` ends every wait within a moment.
  PlainStream(UniqueFd socket, Clock::time_point deadline, const std::atomic<bool>& stopping)
      : socket_(std::move(socket)), deadline_(deadline), stopping_(stopping) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, size_t size) override;
  ssize_t write(const char* from, size_t size) override;
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return socket_.get(); }

 private:
  // False: not in time.
  bool WaitFor(short events) const;

  const UniqueFd socket_;
  const Clock::time_point deadline_;
  const std::atomic<bool>& stopping_;
};

}  // namespace blindlink::resolver
