#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/status.h"
#include "common/base/bytes16.h"
#include "common/extsort/external_sorter.h"
#include "resolver/extsort/work_limits.h"

namespace blindlink::resolver {

// A record of a run that is being sorted.
struct SortedRecord {
  RecordPseudonym record;
  uint32_t position;  // over all datasets of the run
  uint16_t site;

  friend bool operator<(const SortedRecord& a, const SortedRecord& b) {
    if (a.site != b.site) return a.site < b.site;
    const auto order = a.record <=> b.record;
    return order != 0 ? order < 0 : a.position < b.position;
  }
};

// The records of a run, divided into parts by site and the first bits of their pseudonyms, so that
// each thread can sort a part: all records of a part come before all of the next. Pseudonyms are
// evenly spread, so the parts are about equally large; if they are not, a part that has no room is
// sorted on the disk. Different threads may use different parts.
class RecordParts {
 public:
  // `by_site`: the number of records that each site will add, which only decides how large parts
  // become. Uses about three quarters of the budget and leaves the rest to who takes the records.
  RecordParts(const std::filesystem::path& folder, const WorkLimits& limits,
              const std::vector<uint64_t>& by_site);

  size_t size() const { return parts_.size(); }
  // The part that the record belongs to.
  size_t PartOf(const SortedRecord& record) const;
  // Adds records that belong to this part. Thread-safe until it is taken.
  absl::Status Add(size_t part, const std::vector<SortedRecord>& records);
  // The part's records, to be sorted and read; its memory is released with them. Call once.
  std::unique_ptr<ExternalSorter<SortedRecord>> Take(size_t part);

 private:
  struct Part {
    std::mutex mutex;
    std::unique_ptr<ExternalSorter<SortedRecord>> records;
  };

  const uint64_t all_;
  std::vector<uint64_t> before_;   // by site: records of the sites before it
  std::vector<uint64_t> by_site_;  // by site: its records
  std::vector<Part> parts_;
};

}  // namespace blindlink::resolver
