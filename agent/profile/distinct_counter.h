#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "absl/container/flat_hash_set.h"
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
    if (hash <= highest_) hashes_.insert(hash);
    while (hashes_.size() > kExactLimit) Halve();
  }

  uint64_t Count() const { return hashes_.size() << halvings_; }
  bool IsExact() const { return halvings_ == 0; }

 private:
  // Consider only half of all hashes from now on.
  void Halve() {
    ++halvings_;
    highest_ >>= 1;
    absl::erase_if(hashes_, [this](uint64_t hash) { return hash > highest_; });
  }

  absl::flat_hash_set<uint64_t> hashes_;
  uint64_t highest_ = std::numeric_limits<uint64_t>::max();
  int halvings_ = 0;
};

}  // namespace blindlink::agent
