#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/input/reject_log.h"
#include "common/base/fd.h"

namespace blindlink::agent {

// Rows and values of clinical files that are not used: file, row, column and reason, never a value.
// Counts them and, if it has a file, writes them as CSV "file,row,column,reason". Not thread-safe.
class ClinicalRejects {
 public:
  struct Count {
    uint64_t rows = 0;
    uint64_t first_row = 0;
    bool whole_row = true;
  };
  // By file, column (empty for a row as a whole), reason.
  using Counts = std::map<std::tuple<std::string, std::string, std::string>, Count>;

  ClinicalRejects() = default;
  // Replaces the file; the new one has mode 0600. Errors as in common/base/fd.h; a symbolic link is
  // not followed.
  static absl::StatusOr<std::unique_ptr<ClinicalRejects>> Create(const std::string& path);
  ~ClinicalRejects();
  ClinicalRejects(const ClinicalRejects&) = delete;
  ClinicalRejects& operator=(const ClinicalRejects&) = delete;

  // `whole_row`: the row is not used, otherwise one value of it.
  void Add(const std::string& file, const Reject& reject, bool whole_row);

  uint64_t rejected_rows() const { return rejected_rows_; }
  const Counts& counts() const { return counts_; }

  // Writes what is pending. Returns the first error of this or any earlier write.
  absl::Status Finish();

 private:
  void WriteOut();

  std::filesystem::path path_;
  UniqueFd fd_;  // not open: counts only
  std::string pending_;
  absl::Status write_status_;
  uint64_t rejected_rows_ = 0;
  Counts counts_;
};

// What the readers of agent/input reject in one file, passed on with the file's name.
class FileRejects : public RejectLog {
 public:
  // `rejects` must outlive it.
  FileRejects(std::string file, ClinicalRejects* rejects)
      : file_(std::move(file)), rejects_(rejects) {}
  void Add(const Reject& reject, bool whole_row) override {
    rejects_->Add(file_, reject, whole_row);
  }
  const std::string& file() const { return file_; }

 private:
  const std::string file_;
  ClinicalRejects* const rejects_;
};

}  // namespace blindlink::agent
