#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace blindlink {

// Maps names to small numbers, in the order in which they are added. Not thread-safe.
class NameTable {
 public:
  uint32_t Add(absl::string_view name);
  std::optional<uint32_t> Find(absl::string_view name) const;
  const std::string& NameOf(uint32_t number) const { return names_[number]; }
  uint32_t size() const { return static_cast<uint32_t>(names_.size()); }

 private:
  absl::flat_hash_map<std::string, uint32_t> numbers_;
  std::vector<std::string> names_;
};

// Maps the records of an evaluation's files, identified by site and record id, to small numbers.
// Record ids cannot be read back, so none can reach a report. Up to 2^32 records. Not thread-safe.
class RecordTable {
 public:
  uint32_t Add(absl::string_view site, absl::string_view record);
  // Nothing if the record was never added.
  std::optional<uint32_t> Find(absl::string_view site, absl::string_view record) const;
  uint32_t SiteOf(uint32_t record) const { return site_of_[record]; }
  uint32_t size() const { return static_cast<uint32_t>(site_of_.size()); }

 private:
  NameTable sites_;
  absl::flat_hash_map<std::string, uint32_t> records_;
  std::vector<uint32_t> site_of_;
};

}  // namespace blindlink
