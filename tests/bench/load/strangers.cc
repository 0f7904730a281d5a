#include "tests/bench/load/strangers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace blindlink::load {
namespace {

constexpr uint32_t kAddresses = 100;
// A flood of new connections is another attack, which this is not.
constexpr size_t kMostPerTick = 20;
constexpr int kTickMs = 10;
constexpr std::chrono::seconds kUntilTheyComeBack{5};
// The header of a TLS record of 512 bytes, which do not come.
constexpr char kBeginning[] = {0x16, 0x03, 0x01, 0x02, 0x00};

sockaddr_in AddressOf(uint32_t address, int port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(static_cast<uint16_t>(port));
  out.sin_addr.s_addr = htonl(address);
  return out;
}

// A connection in progress; none if the system refuses.
UniqueFd Dial(uint32_t from, int port) {
  UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int yes = 1;
  setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof(yes));
  const sockaddr_in own = AddressOf(from, 0);
  const sockaddr_in to = AddressOf(INADDR_LOOPBACK, port);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof(own)) != 0) return {};
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0) return fd;
  return errno == EINPROGRESS ? std::move(fd) : UniqueFd();
}

}  // namespace

size_t RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

Strangers::Strangers(const std::vector<Target>& targets) : events_(epoll_create1(EPOLL_CLOEXEC)) {
  for (const Target& target : targets) {
    for (size_t i = 0; i < target.connections; ++i) {
      const uint32_t address = INADDR_LOOPBACK + static_cast<uint32_t>(i % kAddresses);
      Stranger& added = strangers_.emplace_back();
      added.port = target.port;
      added.address = address;
      added.speaks = i / kAddresses % 2 == 1;
    }
  }
  thread_ = std::thread([this] { Run(); });
}

Strangers::~Strangers() {
  stopping_ = true;
  thread_.join();
}

void Strangers::Run() {
  std::array<epoll_event, 256> ready;
  while (!stopping_) {
    ConnectThoseDue();
    const int count =
        epoll_wait(events_.get(), ready.data(), static_cast<int>(ready.size()), kTickMs);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = ready[static_cast<size_t>(i)];
      TakeEvent(static_cast<Stranger*>(event.data.ptr), event.events);
    }
  }
}

void Strangers::ConnectThoseDue() {
  const Clock::time_point now = Clock::now();
  size_t begun = 0;
  for (size_t seen = 0; seen < strangers_.size() && begun < kMostPerTick; ++seen) {
    Stranger& stranger = strangers_[next_];
    next_ = (next_ + 1) % strangers_.size();
    if (stranger.fd.get() >= 0 || stranger.due > now) continue;
    Begin(&stranger);
    ++begun;
  }
}

void Strangers::Begin(Stranger* stranger) {
  stranger->fd = Dial(stranger->address, stranger->port);
  if (stranger->fd.get() < 0) return Lose(stranger, &refused_);
  epoll_event wanted{};
  wanted.events = EPOLLOUT | EPOLLIN;
  wanted.data.ptr = stranger;
  epoll_ctl(events_.get(), EPOLL_CTL_ADD, stranger->fd.get(), &wanted);
}

void Strangers::TakeEvent(Stranger* stranger, uint32_t events) {
  const int fd = stranger->fd.get();
  if (!stranger->stands) {
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) return Lose(stranger, &refused_);
    stranger->stands = true;
    ++connected_;
    most_held_ = std::max<size_t>(most_held_, ++held_);
    if (stranger->speaks) (void)!send(fd, kBeginning, sizeof(kBeginning), MSG_NOSIGNAL);
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    wanted.data.ptr = stranger;
    epoll_ctl(events_.get(), EPOLL_CTL_MOD, fd, &wanted);
    return;
  }
  std::array<char, 1024> bytes;
  const ssize_t got = recv(fd, bytes.data(), bytes.size(), 0);
  if (got > 0 || (got < 0 && errno == EAGAIN)) return;
  --held_;
  Lose(stranger, &cut_off_);
}

void Strangers::Lose(Stranger* stranger, std::atomic<uint64_t>* count) {
  ++*count;
  stranger->fd = UniqueFd();
  stranger->stands = false;
  stranger->due = Clock::now() + kUntilTheyComeBack;
}

}  // namespace blindlink::load
