#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

#include "rocksdb/db.h"

namespace blindlink::resolver {

// Judges whether tokens are found sooner by look-up or by reading all postings in order. That
// depends on where the index is: in memory, or on what kind of disk (docs/performance.md#look-ups).
// Thread-safe; the database must outlive it.
class LookUpCosts {
 public:
  explicit LookUpCosts(rocksdb::DB* db) : db_(db) {}

  // Whether the postings are in the kernel's memory, nearly all of them.
  bool InMemory() const;
  // The same for one query, which asks once, if at all.
  class Place {
   public:
    explicit Place(const LookUpCosts& costs) : costs_(costs) {}
    bool InMemory() {
      if (!in_memory_.has_value()) in_memory_ = costs_.InMemory();
      return *in_memory_;
    }

   private:
    const LookUpCosts& costs_;
    std::optional<bool> in_memory_;
  };
  // Whether so many look-ups in a dataset of so many `postings` take less time than to read it.
  struct Choice {
    uint64_t look_ups;
    uint64_t postings;
    uint64_t all_postings;  // of the index
    size_t cursors;         // that look up at the same time
  };
  // If that depends on the disk, the first call measures its speed, which counts until the index is
  // opened again.
  bool Pay(const Choice& choice, Place* place) const;

 private:
  std::vector<std::filesystem::path> Files() const;
  double OnDisk(uint64_t all_postings) const;

  rocksdb::DB* const db_;
  mutable std::mutex measuring_;
  mutable std::optional<double> on_disk_;  // under measuring_
};

}  // namespace blindlink::resolver
