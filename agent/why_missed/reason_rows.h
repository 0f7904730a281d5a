#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/why_missed/explanation.h"
#include "agent/why_missed/kept_records.h"
#include "common/base/partial_file.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Writes the list of wrongly judged pairs, CSV with mode 0600: judged (missed or wrong), the two
// records by the sites' own ids, what they differ most in, the match keys under which they share a
// token, and the difference in each field. Never writes a value. Errors as PartialFile. Not
// thread-safe.
class ReasonRows {
 public:
  // Writes nothing if the path is empty. `plan` must outlive the object.
  static absl::StatusOr<ReasonRows> Create(const std::string& path, const Plan& plan);

  absl::Status Append(absl::string_view judged, const KeptRecord& left, const KeptRecord& right,
                      const Explanation& explanation);
  // Completes the file, which only now appears under its name.
  absl::Status Finish() { return file_ == nullptr ? absl::OkStatus() : file_->Finish(); }

 private:
  explicit ReasonRows(const Plan& plan) : plan_(plan) {}
  absl::Status AppendFields(const std::vector<absl::string_view>& fields);

  const Plan& plan_;
  std::unique_ptr<PartialFile> file_;
  std::string text_;
};

}  // namespace blindlink::agent
