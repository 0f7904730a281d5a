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

// A record that was read past the held ones, and those it was compared with.
struct CandidateRow {
  uint32_t record = 0;  // its number in the run
  std::string record_id;
  std::vector<CandidatePair> pairs;
};

// Candidate pairs, kept on disk until the whole is known and weights can be learned: 8 bytes a
// pair, in a file without a name that is gone with the process. Written once, then read any number
// of times. Not thread-safe.
class CandidateFile {
 public:
  // Errors of all calls: those of RunFile.
  static absl::StatusOr<std::unique_ptr<CandidateFile>> Create(const std::filesystem::path& folder);

  absl::Status Append(const CandidateRow& row);
  // Nothing may be appended afterwards.
  absl::Status Finish();

  // In the order they were appended. Ends with the first error of `visit`.
  absl::Status ForEach(const std::function<absl::Status(const CandidateRow&)>& visit) const;

  uint64_t rows() const { return rows_; }
  uint64_t pairs() const { return pairs_; }

 private:
  explicit CandidateFile(std::unique_ptr<RunFile> file) : file_(std::move(file)) {}
  uint32_t NumberOf(AgreementPattern pattern);
  absl::Status WriteOut();

  const std::unique_ptr<RunFile> file_;
  std::string pending_;
  // Patterns repeat, so their numbers are written.
  std::vector<AgreementPattern> patterns_;
  absl::flat_hash_map<AgreementPattern, uint32_t> numbers_;
  uint64_t rows_ = 0;
  uint64_t pairs_ = 0;
};

}  // namespace blindlink::agent
