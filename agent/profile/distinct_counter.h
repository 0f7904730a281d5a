#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace blindlink::agent {

// Counts different texts: exactly up to kExactLimit, beyond that by an estimate in bounded memory
// (standard error about 0.2 %). Keeps 64-bit hashes, no texts. Adaptive sampling by Wegman,
// described in P. Flajolet, "On adaptive sampling", Computing 43 (1990). Not thread-safe.
class DistinctCounter {
 public:
  static constexpr size_t kExactLimit = size_t{1} << 20;

  void Add(absl::string_view text) {
    const uint64_t hash = absl::Hash<absl::string_view>()(text);
    if (hash <= highest_) ++hashes_[hash];
    while (hashes_.size() > kExactLimit) Halve();
  }

  uint64_t Count() const { return hashes_.size() << halvings_; }
  bool IsExact() const { return halvings_ == 0; }

  // How often the texts that occur more than `limit` times occur. Of an estimate, the texts that it
  // still considers: those that are frequent in the file are likely to be among them.
  struct Frequent {
    uint64_t texts = 0;
    uint64_t times = 0;
    uint64_t most = 0;  // of the most frequent text, however rare
  };
  Frequent CountFrequent(uint32_t limit) const {
    Frequent frequent;
    for (const auto& [hash, times] : hashes_) {
      frequent.most = std::max<uint64_t>(frequent.most, times);
      if (times <= limit) continue;
      ++frequent.texts;
      frequent.times += times;
    }
    return frequent;
  }

 private:
  // Consider only half of all hashes from now on.
  void Halve() {
    ++halvings_;
    highest_ >>= 1;
    absl::erase_if(hashes_, [this](const auto& entry) { return entry.first > highest_; });
  }

  absl::flat_hash_map<uint64_t, uint32_t> hashes_;  // times
  uint64_t highest_ = std::numeric_limits<uint64_t>::max();
  int halvings_ = 0;
};

}  // namespace blindlink::agent
