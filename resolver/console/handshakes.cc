#include "resolver/console/handshakes.h"

#include <algorithm>
#include <utility>

namespace blindlink::resolver {

Handshakes::Slot::Slot(Handshakes& handshakes, std::string address, std::function<void()> end)
    : handshakes_(handshakes),
      address_(std::move(address)),
      number_(handshakes.Begin(address_, std::move(end))) {}

Handshakes::Slot::~Slot() { handshakes_.Remove(address_, number_); }

uint64_t Handshakes::Begin(const std::string& address, std::function<void()> end) {
  const std::lock_guard lock(mutex_);
  const auto own = by_address_.find(address);
  if (own != by_address_.end() && own->second.size() >= limits_.of_address) {
    EndOldest(own);
  } else if (count_ >= limits_.all) {
    EndOldest(WithMost());
  }
  by_address_[address].push_back({++newest_, std::move(end)});
  ++count_;
  return newest_;
}

void Handshakes::Remove(const std::string& address, uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto own = by_address_.find(address);
  if (own == by_address_.end()) return;
  count_ -= own->second.remove_if([number](const Handshake& one) { return one.number == number; });
  if (own->second.empty()) by_address_.erase(own);
}

// Of several, the one whose oldest handshake is the oldest.
Handshakes::ByAddress::iterator Handshakes::WithMost() {
  return std::max_element(by_address_.begin(), by_address_.end(),
                          [](const auto& left, const auto& right) {
                            if (left.second.size() != right.second.size()) {
                              return left.second.size() < right.second.size();
                            }
                            return left.second.front().number > right.second.front().number;
                          });
}

void Handshakes::EndOldest(ByAddress::iterator of) {
  of->second.front().end();
  of->second.pop_front();
  --count_;
  if (of->second.empty()) by_address_.erase(of);
}

}  // namespace blindlink::resolver
