#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace blindlink {

// Stands between a client and a server on this machine and forwards what each sends. After so many
// bytes from clients, or from the server, it stops reading from them until released, like a network
// or a peer that has come to a halt. Aborts the test program if something cannot be set up.
class Relay {
 public:
  enum class From { kClients, kServer };
  // `target`: "127.0.0.1:PORT".
  Relay(const std::string& target, uint64_t stall_after_bytes, From from = From::kClients);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  std::string address() const;
  // Whether it has come to a halt.
  bool stalled();
  void Release();
  // Breaks all connections off, wherever they are; the next ones are forwarded.
  void Cut();

 private:
  void Accept();
  void Pass(int from, int to, From side);
  // Whether to read from the side that stalls now. False when everything is to end.
  bool WaitForLeave();

  const int target_port_;
  const uint64_t stall_after_bytes_;
  const From stalling_;
  int listener_;
  std::thread accepting_;

  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t passed_ = 0;  // bytes from the side that stalls
  bool released_ = false;
  bool ending_ = false;
  std::vector<int> sockets_;
  std::vector<std::thread> passing_;
};

}  // namespace blindlink
