#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/plan/plan.h"

namespace blindlink::resolver {

// The exact texts of the plans that a project and its runs use, each in a file named by its digest,
// so that every result can be traced to the rules behind it. Thread-safe.
class PlanFolder {
 public:
  explicit PlanFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  absl::Status Save(const Plan& plan) const;
  // DATA_LOSS if the file does not have the digest in its name.
  absl::StatusOr<Plan> Load(absl::string_view digest) const;

 private:
  const std::filesystem::path folder_;
};

}  // namespace blindlink::resolver
