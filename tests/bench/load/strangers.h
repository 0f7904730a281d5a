#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "common/base/fd.h"
#include "tests/bench/load/options.h"

namespace blindlink::load {

// Lets this process open as many files as the system allows; returns how many.
size_t RaiseFileLimit();

// TCP connections to ports of this machine from many addresses (127.0.0.1 and on), without a
// certificate. Half say nothing, half begin a TLS record and say no more. Whoever is cut off comes
// back after a while. Held from construction to destruction. Counts are thread-safe.
class Strangers {
 public:
  struct Target {
    int port;
    size_t connections;
  };
  explicit Strangers(const std::vector<Target>& targets);
  ~Strangers();
  Strangers(const Strangers&) = delete;
  Strangers& operator=(const Strangers&) = delete;

  size_t held() const { return held_; }
  size_t most_held() const { return most_held_; }
  uint64_t connected() const { return connected_; }
  uint64_t refused() const { return refused_; }  // by the system: no connection
  uint64_t cut_off() const { return cut_off_; }  // by the resolver, after they had connected

 private:
  struct Stranger {
    int port;
    uint32_t address;
    bool speaks;
    UniqueFd fd;
    bool stands = false;
    Clock::time_point due{};  // to connect
  };
  void Run();
  void ConnectThoseDue();
  void Begin(Stranger* stranger);
  void TakeEvent(Stranger* stranger, uint32_t events);
  void Lose(Stranger* stranger, std::atomic<uint64_t>* count);

  std::vector<Stranger> strangers_;
  const UniqueFd events_;
  size_t next_ = 0;  // to look at
  std::atomic<bool> stopping_ = false;
  std::atomic<size_t> held_ = 0;
  std::atomic<size_t> most_held_ = 0;
  std::atomic<uint64_t> connected_ = 0;
  std::atomic<uint64_t> refused_ = 0;
  std::atomic<uint64_t> cut_off_ = 0;
  std::thread thread_;
};

}  // namespace blindlink::load
