#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "common/base/fd.h"

namespace blindlink::load {

// Stands between one client and a server on this machine. What the server sends passes at one byte
// a second once the handshake is over; what the client sends passes at once. Aborts the program if
// it cannot be set up.
class Trickle {
 public:
  explicit Trickle(int server_port);
  ~Trickle();
  Trickle(const Trickle&) = delete;
  Trickle& operator=(const Trickle&) = delete;

  std::string address() const;
  // Whether the server has closed its end. (Its last bytes may be on their way for hours.)
  bool ServerClosed() const;

 private:
  void Pass();
  void PassFromServer(int client);

  const int server_port_;
  const UniqueFd listener_;
  const UniqueFd server_;
  int own_port_ = 0;  // of the connection to the server
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace blindlink::load
