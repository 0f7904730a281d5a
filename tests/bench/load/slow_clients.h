#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/load/center.h"
#include "tests/bench/load/trickle.h"

namespace blindlink::load {

// Parties with good certificates that keep a stream of the resolver's open and busy: one reads one
// byte a second, one reads one message and no more, one uploads one block and no more, one uploads
// nothing. They
// begin at construction. Thread-safe.
class SlowClients {
 public:
  explicit SlowClients(const Center& center);
  // Ends those that have not been cut off.
  ~SlowClients();
  SlowClients(const SlowClients&) = delete;
  SlowClients& operator=(const SlowClients&) = delete;

  struct Cut {
    std::string what;
    // From the beginning until the resolver's log says that it ended the stream; < 0: it did not.
    double seconds = -1;
  };
  // Waits until all have been cut off, or so long.
  std::vector<Cut> Await(std::chrono::seconds limit);
  // The same of the TCP connection that is read at one byte a second; < 0: it stands.
  double AwaitClosedConnection(std::chrono::seconds limit) const;

 private:
  struct Client {
    std::string party;
    std::string what;
    double seconds = -1;
  };
  // Reads one message at most. `address`: empty: the resolver's.
  void Read(const std::string& party, const std::string& address);
  void UploadOneBlock();
  void UploadNothing();
  void FollowLog();
  void FollowConnection();
  void TakeLine(const std::string& line);
  bool AllCut() const;
  // Waits with an open stream until the end.
  void Hold() const;

  const Center& center_;
  const Clock::time_point begin_ = Clock::now();
  std::atomic<bool> ending_ = false;
  mutable std::mutex mutex_;
  std::vector<Client> clients_;
  std::unique_ptr<Trickle> trickle_;
  std::atomic<double> connection_closed_ = -1;  // seconds
  std::vector<std::thread> threads_;
};

}  // namespace blindlink::load
