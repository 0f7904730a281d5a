#pragma once

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
  // Whether so many look-ups in a dataset of so many `postings` take less time than to read it. If
  // that depends on the disk, the first call measures its speed. `all_postings`: of the index.
  bool Pay(uint64_t look_ups, uint64_t postings, uint64_t all_postings) const;

 private:
  std::vector<std::filesystem::path> Files() const;
  double OnDisk(uint64_t all_postings) const;

  rocksdb::DB* const db_;
  mutable std::mutex measuring_;
  mutable std::optional<double> on_disk_;  // under measuring_; a disk does not change
};

}  // namespace blindlink::resolver
