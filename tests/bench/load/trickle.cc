#include "tests/bench/load/trickle.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "tests/bench/load/options.h"

namespace blindlink::load {
namespace {

// Enough for the server's part of a TLS handshake and its first HTTP/2 frames.
constexpr size_t kBytesAtOnce = 6000;
constexpr int kReceiveBuffer = 4096;
constexpr int kLookMs = 50;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int PortOf(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) abort();
  return ntohs(address.sin_port);
}

bool Has(int fd, int wait_ms) {
  pollfd waited{fd, POLLIN, 0};
  return poll(&waited, 1, wait_ms) > 0;
}

}  // namespace

Trickle::Trickle(int server_port)
    : server_port_(server_port),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      server_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_in any = Loopback(0);
  const sockaddr_in server = Loopback(server_port);
  // What it does not pass on must wait at the server.
  setsockopt(server_.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof(kReceiveBuffer));
  if (bind(listener_.get(), reinterpret_cast<const sockaddr*>(&any), sizeof(any)) != 0 ||
      listen(listener_.get(), 1) != 0 ||
      connect(server_.get(), reinterpret_cast<const sockaddr*>(&server), sizeof(server)) != 0) {
    abort();
  }
  own_port_ = PortOf(server_.get());
  thread_ = std::thread([this] { Pass(); });
}

Trickle::~Trickle() {
  ending_ = true;
  shutdown(listener_.get(), SHUT_RDWR);
  thread_.join();
}

std::string Trickle::address() const {
  return absl::StrFormat("127.0.0.1:%d", PortOf(listener_.get()));
}

// The system's tables: "sl local_address rem_address st ...", addresses end in ":PORT" in
// hexadecimal; state 01 is established. A server that also serves IPv6 is in the second.
bool Trickle::ServerClosed() const {
  const std::string local = absl::StrFormat(":%04X", server_port_);
  const std::string remote = absl::StrFormat(":%04X", own_port_);
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream lines(table);
    for (std::string line; std::getline(lines, line);) {
      const std::vector<std::string> cells = absl::StrSplit(line, ' ', absl::SkipEmpty());
      if (cells.size() > 3 && absl::EndsWith(cells[1], local) && absl::EndsWith(cells[2], remote)) {
        return cells[3] != "01";
      }
    }
  }
  return true;
}

void Trickle::Pass() {
  const UniqueFd client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (client.get() < 0) return;
  std::thread back([&] { PassFromServer(client.get()); });
  std::array<char, 4096> bytes;
  while (!ending_) {
    if (!Has(client.get(), kLookMs)) continue;
    const ssize_t got = recv(client.get(), bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    if (send(server_.get(), bytes.data(), static_cast<size_t>(got), MSG_NOSIGNAL) < 0) break;
  }
  ending_ = true;
  back.join();
}

void Trickle::PassFromServer(int client) {
  std::array<char, kBytesAtOnce> bytes;
  size_t passed = 0;
  while (!ending_) {
    if (!Has(server_.get(), kLookMs)) continue;
    const bool at_once = passed < kBytesAtOnce;
    const size_t most = at_once ? kBytesAtOnce - passed : 1;
    const ssize_t got = recv(server_.get(), bytes.data(), most, 0);
    if (got <= 0 || send(client, bytes.data(), static_cast<size_t>(got), MSG_NOSIGNAL) < 0) return;
    passed += static_cast<size_t>(got);
    const Clock::time_point next = Clock::now() + std::chrono::seconds(1);
    while (!at_once && !ending_ && Clock::now() < next) {
      std::this_thread::sleep_for(std::chrono::milliseconds(kLookMs));
    }
  }
}

}  // namespace blindlink::load
