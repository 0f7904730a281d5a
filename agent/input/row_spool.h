#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/spool/sorted_spool.h"
#include "common/crypto/hmac_sha256.h"

namespace blindlink::agent {

// A row of one of several tables.
struct SpooledRow {
  size_t table = 0;
  uint64_t number = 0;  // in its file
  std::vector<std::string> cells;
};

// Brings together the rows of several tables that have the same key. Holds at most 64 MiB and 1/256
// of all rows in memory; the rest is in a nameless temporary file, enciphered under a key that only
// this process has (agent/spool/sorted_spool.h). Not thread-safe.
class RowSpool {
 public:
  explicit RowSpool(std::filesystem::path folder);

  // Errors are those of SortedSpool; after one the spool must not be used again.
  absl::Status Add(absl::string_view key, const SpooledRow& row);

  // Call after the last Add: all rows of the next key, in the order in which they were added; none
  // after the last key. Keys come in no order that says anything.
  absl::StatusOr<std::vector<SpooledRow>> NextGroup();

 private:
  const HmacSha256 order_;
  SortedSpool spool_;
  const std::vector<SortedSpool::Entry>* range_ = nullptr;
  size_t at_ = 0;  // in *range_
  std::string text_;
};

}  // namespace blindlink::agent
