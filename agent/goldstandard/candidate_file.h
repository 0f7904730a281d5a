#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/run_file.h"
#include "common/score/field_levels.h"

namespace blindlink::agent {

struct CandidatePair {
  uint32_t held;  // the held record
  AgreementPattern pattern;
};

// A record that was streamed past the held records, and those it was compared with.
struct CandidateRow {
  uint32_t record = 0;  // its number in the run
  std::string record_id;
  std::vector<CandidatePair> pairs;
};

// Keeps candidate pairs on disk until all are known and weights can be learned: 8 bytes a pair, in
// a nameless file that vanishes with the process. Written once, then read any number of times. Not
// thread-safe.
class CandidateFile {
 public:
  // All calls return the errors of RunFile.
  static absl::StatusOr<std::unique_ptr<CandidateFile>> Create(const std::filesystem::path& folder);

  absl::Status Append(const CandidateRow& row);
  // Ends writing; nothing may be appended afterwards.
  absl::Status Finish();

  // Visits the rows in the order they were appended. Stops at the first error of `visit`.
  absl::Status ForEach(const std::function<absl::Status(const CandidateRow&)>& visit) const;

  uint64_t rows() const { return rows_; }
  uint64_t pairs() const { return pairs_; }

 private:
  explicit CandidateFile(std::unique_ptr<RunFile> file) : file_(std::move(file)) {}
  uint32_t NumberOf(AgreementPattern pattern);
  absl::Status WriteOut();

  const std::unique_ptr<RunFile> file_;
  std::string pending_;
  // Patterns repeat, so the file holds their numbers.
  std::vector<AgreementPattern> patterns_;
  absl::flat_hash_map<AgreementPattern, uint32_t> numbers_;
  uint64_t rows_ = 0;
  uint64_t pairs_ = 0;
};

}  // namespace blindlink::agent
