#include "tests/support/relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace blindlink {
namespace {

// Small, so that a halt takes effect quickly.
constexpr int kReceiveBuffer = 64 << 10;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int NewSocket() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) abort();
  return fd;
}

bool SendAll(int to, const char* bytes, ssize_t size) {
  while (size > 0) {
    const ssize_t sent = send(to, bytes, static_cast<size_t>(size), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= sent;
  }
  return true;
}

}  // namespace

Relay::Relay(const std::string& target, uint64_t stall_after_bytes, From from)
    : target_port_(atoi(target.substr(target.rfind(':') + 1).c_str())),
      stall_after_bytes_(stall_after_bytes),
      stalling_(from),
      listener_(NewSocket()) {
  // Sockets that it accepts inherit this.
  setsockopt(listener_, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof(kReceiveBuffer));
  const sockaddr_in any_port = Loopback(0);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&any_port), sizeof(any_port)) != 0 ||
      listen(listener_, SOMAXCONN) != 0) {
    abort();
  }
  accepting_ = std::thread([this] { Accept(); });
}

Relay::~Relay() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (const int fd : sockets_) shutdown(fd, SHUT_RDWR);
    changed_.notify_all();
  }
  shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  for (std::thread& passing : passing_) passing.join();
  for (const int fd : sockets_) close(fd);
  close(listener_);
}

std::string Relay::address() const {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  if (getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) abort();
  return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

bool Relay::stalled() {
  const std::lock_guard lock(mutex_);
  return passed_ >= stall_after_bytes_ && !released_;
}

void Relay::Release() {
  const std::lock_guard lock(mutex_);
  released_ = true;
  changed_.notify_all();
}

void Relay::Cut() {
  const std::lock_guard lock(mutex_);
  for (const int fd : sockets_) shutdown(fd, SHUT_RDWR);
}

void Relay::Accept() {
  while (true) {
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;  // the relay was shut down
    const int server = NewSocket();
    const sockaddr_in target = Loopback(target_port_);
    const bool connected =
        connect(server, reinterpret_cast<const sockaddr*>(&target), sizeof(target)) == 0;
    const std::lock_guard lock(mutex_);
    sockets_.insert(sockets_.end(), {client, server});
    if (ending_ || !connected) {
      shutdown(client, SHUT_RDWR);
      continue;
    }
    passing_.emplace_back([this, client, server] { Pass(client, server, From::kClients); });
    passing_.emplace_back([this, client, server] { Pass(server, client, From::kServer); });
  }
}

bool Relay::WaitForLeave() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ending_ || released_ || passed_ < stall_after_bytes_; });
  return !ending_;
}

void Relay::Pass(int from, int to, From side) {
  std::array<char, 16 << 10> bytes;
  while (side != stalling_ || WaitForLeave()) {
    const ssize_t received = recv(from, bytes.data(), bytes.size(), 0);
    if (received <= 0 || !SendAll(to, bytes.data(), received)) break;
    if (side != stalling_) continue;
    const std::lock_guard lock(mutex_);
    passed_ += static_cast<uint64_t>(received);
  }
  shutdown(from, SHUT_RD);
  shutdown(to, SHUT_WR);
}

}  // namespace blindlink
