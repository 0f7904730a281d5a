#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "common/crypto/sha256.h"

namespace blindlink::resolver {

inline constexpr int64_t kSecondsPerDay = 86400;

// Whole days until a certificate ends. All times are Unix seconds.
inline int64_t DaysLeft(int64_t not_after, int64_t now) {
  return (not_after - now) / kSecondsPerDay;
}
// Whether it is time to have a new one issued: from 30 days before.
inline bool ExpiresSoon(int64_t not_after, int64_t now) {
  return not_after - now <= 30 * kSecondsPerDay;
}

// Says once a day for each certificate that it ends soon. Thread-safe.
class ExpiryWarnings {
 public:
  // Whether to warn now.
  bool IsDue(const Sha256Digest& fingerprint, int64_t not_after, int64_t now) {
    if (!ExpiresSoon(not_after, now)) return false;
    const std::lock_guard lock(mutex_);
    const auto [entry, is_new] = warned_.try_emplace(fingerprint, now);
    if (!is_new && now - entry->second < kSecondsPerDay) return false;
    entry->second = now;
    return true;
  }

 private:
  std::mutex mutex_;
  std::map<Sha256Digest, int64_t> warned_;  // when; only of clients that are listed
};

}  // namespace blindlink::resolver
