#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/input/input_record.h"
#include "blindlink/v1/plan.pb.h"
#include "common/base/fd.h"

namespace blindlink::agent {

// Records what was rejected or needs a look: row, column and reason, never a value. Counts it and,
// if there is a file, writes it as CSV "row,column,reason", in no particular order of rows.
// Thread-safe.
class RejectLog {
 public:
  // By (column, reason); the column is empty for whole rows.
  using Counts = std::map<std::pair<std::string, std::string>, uint64_t>;

  // Counts only, without a file.
  RejectLog() = default;
  // Replaces the file; the new one has mode 0600. Errors as in common/base/files.h;
  // FAILED_PRECONDITION for a symbolic link and anything else that is no regular file.
  static absl::StatusOr<std::unique_ptr<RejectLog>> Create(const std::string& path);
  virtual ~RejectLog();
  RejectLog(const RejectLog&) = delete;
  RejectLog& operator=(const RejectLog&) = delete;

  // `whole_row`: the whole row is rejected, otherwise one value.
  virtual void Add(const Reject& reject, bool whole_row);

  uint64_t rejected_rows() const;
  Counts counts() const;

  // INVALID_ARGUMENT with the counts if a larger share of the `rows_read` rows (including rejected
  // ones) was rejected than the plan allows.
  absl::Status CheckShare(uint64_t rows_read, const v1::Limits& limits) const;

  // Writes what is pending. Returns the first error of this or any earlier write
  // (common/base/files.h).
  absl::Status Finish();

  // "3 x column-count, 2 x not-utf8", most frequent first; for messages.
  std::string Summary() const;
  // The same with a row to inspect: "3 x column-count (first in row 4)".
  std::string SummaryWithRows() const;

 private:
  void WriteOut();
  std::string Describe(bool with_rows) const;

  mutable std::mutex mutex_;
  std::filesystem::path path_;
  UniqueFd fd_;  // not open: counts only
  std::string pending_;
  absl::Status write_status_;
  uint64_t rejected_rows_ = 0;
  Counts counts_;
  Counts first_rows_;
};

}  // namespace blindlink::agent
