#pragma once

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "common/base/fd.h"

namespace blindlink {

// Listens on a free port of this machine, where the kernel accepts connections that nobody serves.
// Aborts the test program if it cannot.
class SilentListener {
 public:
  SilentListener() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* address = reinterpret_cast<sockaddr*>(&at);
    if (bind(fd_.get(), address, size) != 0 || listen(fd_.get(), 4096) != 0 ||
        getsockname(fd_.get(), address, &size) != 0) {
      abort();
    }
    port_ = ntohs(at.sin_port);
  }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  const UniqueFd fd_;
  uint16_t port_ = 0;
};

}  // namespace blindlink
