#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>

namespace blindlink::resolver {

// TLS handshakes in progress, a few of each address and so many in all. One more ends the oldest of
// the address that has the most, so whoever connects and says nothing makes room, and whoever shows
// a certificate gets in, however many come without. Thread-safe.
class Handshakes {
 public:
  struct Limits {
    size_t of_address = 8;
    size_t all = 256;
  };
  Handshakes() : Handshakes(Limits{}) {}
  explicit Handshakes(Limits limits) : limits_(limits) {}

  // A handshake in progress, from construction to destruction.
  class Slot {
   public:
    // `end` makes the handshake fail soon; it is called at most once, never after destruction, and
    // must not call this class.
    Slot(Handshakes& handshakes, std::string address, std::function<void()> end);
    ~Slot();
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

   private:
    Handshakes& handshakes_;
    const std::string address_;
    const uint64_t number_;
  };

 private:
  struct Handshake {
    uint64_t number;
    std::function<void()> end;
  };
  using OfAddress = std::list<Handshake>;  // oldest first
  using ByAddress = std::map<std::string, OfAddress>;

  uint64_t Begin(const std::string& address, std::function<void()> end);
  void Remove(const std::string& address, uint64_t number);
  // Not empty.
  ByAddress::iterator WithMost();
  void EndOldest(ByAddress::iterator of);

  const Limits limits_;
  std::mutex mutex_;
  ByAddress by_address_;
  size_t count_ = 0;
  uint64_t newest_ = 0;
};

}  // namespace blindlink::resolver
