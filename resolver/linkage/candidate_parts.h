#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/status_macros.h"
#include "common/extsort/external_sorter.h"
#include "common/score/field_levels.h"
#include "resolver/extsort/work_limits.h"

namespace blindlink::resolver {

// Two records that share a token of a match key, in forms that may meet.
struct Candidate {
  uint32_t left;  // rank, less than right
  uint32_t right;
  int32_t conditions;   // MeetingTable::conditions
  uint16_t match_key;   // index into Plan::match_keys
  uint8_t name_rarity;  // NameRarity if the token is of a whole name and nothing else, otherwise 0
  EvidenceBits evidence;

  friend bool operator<(const Candidate& a, const Candidate& b) {
    const auto order = [](const Candidate& c) {
      return std::tie(c.left, c.right, c.match_key, c.conditions, c.name_rarity,
                      c.evidence.compared, c.evidence.differs);
    };
    return order(a) < order(b);
  }
};

// Takes the candidates that a sweep finds. Not thread-safe.
class CandidateSink {
 public:
  virtual ~CandidateSink() = default;
  virtual absl::Status Add(const Candidate& candidate) = 0;
};

// The part, of so many, to which the candidates and pairs of this left record belong. All left
// records of a part precede those of the next.
inline size_t PartOf(uint32_t left, size_t parts, uint64_t record_count) {
  return left * parts / std::max<uint64_t>(1, record_count);
}

// Candidates divided into parts by their left record, so that each thread can collect the pairs of
// one part. Otherwise as ExternalSorter. Not thread-safe, but different threads may use different
// parts.
class CandidateParts : public CandidateSink {
 public:
  // The best number of parts under these limits.
  static size_t PartCount(const WorkLimits& limits) {
    constexpr uint64_t kLeastMemory = uint64_t{256} << 10;  // of one part in one thread
    constexpr uint64_t kMaxParts = 16;
    return std::clamp<uint64_t>(limits.memory_budget / 3 / limits.threads / kLeastMemory, 1,
                                kMaxParts);
  }

  CandidateParts(const std::filesystem::path& folder, uint64_t memory_budget, size_t parts,
                 uint64_t record_count)
      : records_(record_count) {
    for (size_t i = 0; i < parts; ++i) parts_.emplace_back(folder, memory_budget / parts);
  }

  absl::Status Add(const Candidate& candidate) override {
    return parts_[PartOf(candidate.left, parts_.size(), records_)].Add(candidate);
  }
  // Adds the candidates of `other`, which must have the same numbers of parts and records.
  absl::Status Take(CandidateParts&& other) {
    for (size_t i = 0; i < parts_.size(); ++i) {
      BL_RETURN_IF_ERROR(parts_[i].Take(std::move(other.parts_[i])));
    }
    return absl::OkStatus();
  }

  size_t size() const { return parts_.size(); }
  ExternalSorter<Candidate>& operator[](size_t part) { return parts_[part]; }
  uint64_t count() const {
    uint64_t count = 0;
    for (const auto& part : parts_) count += part.count();
    return count;
  }

 private:
  const uint64_t records_;
  std::vector<ExternalSorter<Candidate>> parts_;
};

}  // namespace blindlink::resolver
