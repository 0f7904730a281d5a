#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/plan/plan.h"
#include "resolver/extsort/work_limits.h"

namespace blindlink::resolver {

// Where candidates come from: of which sites their records are, and which match keys they share.
// For one thread.
class CandidateCounts {
 public:
  CandidateCounts(size_t sites, size_t match_keys) : by_site_(sites), by_match_key_(match_keys) {}

  void Add(uint16_t left_site, uint16_t right_site, size_t match_key) {
    ++all_;
    ++by_site_[left_site];
    if (right_site != left_site) ++by_site_[right_site];
    ++by_match_key_[match_key];
  }
  void Add(const CandidateCounts& other);
  // Counts of another process, with as many sites and match keys.
  void Add(uint64_t all, const std::vector<uint64_t>& by_site,
           const std::vector<uint64_t>& by_match_key);

  uint64_t all() const { return all_; }
  const std::vector<uint64_t>& by_site() const { return by_site_; }
  const std::vector<uint64_t>& by_match_key() const { return by_match_key_; }

 private:
  uint64_t all_ = 0;
  std::vector<uint64_t> by_site_;
  std::vector<uint64_t> by_match_key_;
};

// Stops a run before its candidates fill the disk: a few hundred records of two sites that share
// many tokens can make more candidates than all others together. Thread-safe.
class CandidateLimit {
 public:
  // Of records on average. Ordinary files have some ten to a hundred.
  static constexpr uint64_t kMostPerRecord = 4096;
  // Few records may have this many together.
  static constexpr uint64_t kLeastLimit = uint64_t{1} << 22;

  // As many as memory and the free disk of `folder` hold beside what must stay free, and at most
  // kMostPerRecord per record.
  static absl::StatusOr<CandidateLimit> Foresee(const std::filesystem::path& folder,
                                                uint64_t records, const WorkLimits& limits);
  CandidateLimit(uint64_t limit, bool by_room) : limit_(limit), by_room_(by_room) {}
  CandidateLimit(CandidateLimit&& other) noexcept
      : limit_(other.limit_), by_room_(other.by_room_), all_(other.all_.load()) {}

  // RESOURCE_EXHAUSTED once there are too many.
  absl::Status Add(uint64_t candidates);
  bool reached() const { return all_ > limit_; }
  uint64_t limit() const { return limit_; }
  // RESOURCE_EXHAUSTED with words that name the sites and match keys that most candidates come
  // from, and say what to do.
  absl::Status Explain(const CandidateCounts& counts, const std::vector<std::string>& sites,
                       const Plan& plan) const;

 private:
  const uint64_t limit_;
  const bool by_room_;
  std::atomic<uint64_t> all_ = 0;
};

}  // namespace blindlink::resolver
