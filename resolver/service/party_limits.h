#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "resolver/service/token_bucket.h"

namespace blindlink::resolver {

// What one party may ask of the resolver, over all its connections. Thread-safe.
class PartyLimits {
 public:
  using Clock = TokenBucket::Clock;

  struct Options {
    uint32_t calls = 16;  // under way at the same time
    uint32_t calls_per_second = 100;
    uint32_t connections_per_minute = 600;
  };
  explicit PartyLimits(const Options& options) : options_(options) {}

  // Counts a call as under way until it is destroyed.
  class CallSlot {
   public:
    CallSlot() = default;
    CallSlot(PartyLimits* limits, std::string party) : limits_(limits), party_(std::move(party)) {}
    CallSlot(CallSlot&& other) noexcept
        : limits_(std::exchange(other.limits_, nullptr)), party_(std::move(other.party_)) {}
    CallSlot& operator=(CallSlot&& other) noexcept {
      std::swap(limits_, other.limits_);
      std::swap(party_, other.party_);
      return *this;
    }
    ~CallSlot() {
      if (limits_ != nullptr) limits_->EndCall(party_);
    }

   private:
    PartyLimits* limits_ = nullptr;
    std::string party_;
  };

  // BusyError (common/rpc/status.h) if the party has too many calls under way or makes too many.
  absl::StatusOr<CallSlot> BeginCall(const std::string& party,
                                     Clock::time_point now = Clock::now());
  // The same for a new connection.
  absl::Status TakeConnection(const std::string& party, Clock::time_point now = Clock::now());

 private:
  struct Usage {
    explicit Usage(const Options& options);
    uint32_t calls = 0;
    TokenBucket call_rate;
    TokenBucket connection_rate;
  };
  Usage& UsageOf(const std::string& party);
  void EndCall(const std::string& party);

  const Options options_;
  std::mutex mutex_;
  std::map<std::string, Usage> usage_;
};

}  // namespace blindlink::resolver
