#include "resolver/http/plain_stream.h"

#include <poll.h>
#include <sys/socket.h>

namespace blindlink::resolver {
namespace {

constexpr int kLookMs = 50;  // how often a wait looks whether it is to end

}  // namespace

bool PlainStream::WaitFor(short events) const {
  while (Clock::now() < deadline_ && !stopping_) {
    pollfd waited{socket_.get(), events, 0};
    if (poll(&waited, 1, kLookMs) > 0) return true;
  }
  return false;
}

ssize_t PlainStream::read(char* to, size_t size) {
  return WaitFor(POLLIN) ? recv(socket_.get(), to, size, MSG_DONTWAIT) : -1;
}

ssize_t PlainStream::write(const char* from, size_t size) {
  return WaitFor(POLLOUT) ? send(socket_.get(), from, size, MSG_DONTWAIT | MSG_NOSIGNAL) : -1;
}

}  // namespace blindlink::resolver
