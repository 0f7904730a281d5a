#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// Which records of a dataset had tokens of which only the number is stored (overused_token.h): a
// bit for each record. Thread-safe while it is marked.
class OveruseMarks {
 public:
  explicit OveruseMarks(uint64_t records) : bits_(records / 64 + 1) {}

  void Mark(uint32_t record) {
    bits_[record / 64].fetch_or(uint64_t{1} << record % 64, std::memory_order_relaxed);
  }

  // For an ingest that is interrupted: the marks of the ranges that are durable. The file is
  // durable when Save returns. Load leaves the marks as they are if there is no such file of the
  // right size.
  absl::Status Save(const std::filesystem::path& file) const;
  void Load(const std::filesystem::path& file);

  // Adds the marks, the last postings of the dataset.
  absl::Status Write(uint32_t dataset, DatasetWriter* writer) const;

 private:
  std::vector<std::atomic<uint64_t>> bits_;
};

}  // namespace blindlink::resolver
