#include "resolver/service/party_limits.h"

#include "absl/strings/str_cat.h"
#include "common/rpc/status.h"

namespace blindlink::resolver {

PartyLimits::Usage::Usage(const Options& options)
    : call_rate(options.calls_per_second, 2.0 * options.calls_per_second),
      connection_rate(options.connections_per_minute / 60.0, options.connections_per_minute) {}

PartyLimits::Usage& PartyLimits::UsageOf(const std::string& party) {
  return usage_.try_emplace(party, options_).first->second;
}

absl::StatusOr<PartyLimits::CallSlot> PartyLimits::BeginCall(const std::string& party,
                                                             Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Usage& usage = UsageOf(party);
  if (!usage.call_rate.Take(now)) {
    return BusyError(absl::StrCat("this party makes more than ", options_.calls_per_second,
                                  " calls per second"));
  }
  if (usage.calls >= options_.calls) {
    return BusyError(absl::StrCat("this party has ", usage.calls,
                                  " calls under way, which is the most that is allowed: wait until "
                                  "one of them ends"));
  }
  ++usage.calls;
  return CallSlot(this, party);
}

absl::Status PartyLimits::TakeConnection(const std::string& party, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (UsageOf(party).connection_rate.Take(now)) return absl::OkStatus();
  return BusyError(absl::StrCat("this party makes more than ", options_.connections_per_minute,
                                " connections per minute"));
}

void PartyLimits::EndCall(const std::string& party) {
  const std::lock_guard lock(mutex_);
  --UsageOf(party).calls;
}

}  // namespace blindlink::resolver
