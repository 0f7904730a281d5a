#include "agent/clinical/release_plan/release_plan.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/clinical/release_plan/release_plan_checker.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// `file`: empty or the name that stands before each mistake.
absl::Status StatusOf(const std::vector<PlanMistake>& mistakes, const std::string& file) {
  if (mistakes.empty()) return absl::OkStatus();
  std::string message = "the release plan is not valid";
  for (const PlanMistake& mistake : mistakes) {
    absl::StrAppend(&message, "\n  ", file, file.empty() ? "" : ":");
    if (mistake.line > 0) absl::StrAppend(&message, mistake.line, ":", mistake.column, ": ");
    absl::StrAppend(&message, mistake.line > 0 || file.empty() ? "" : " ", mistake.message);
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace

absl::StatusOr<ReleasePlan> ReleasePlan::Parse(absl::string_view text) {
  ReleasePlan plan;
  BL_RETURN_IF_ERROR(StatusOf(ReadAndCheckReleasePlan(text, &plan.proto_), ""));
  plan.text_ = std::string(text);
  plan.digest_ = Sha256Of(text);
  return plan;
}

absl::StatusOr<ReleasePlan> ReleasePlan::Load(const std::filesystem::path& file) {
  ReleasePlan plan;
  BL_ASSIGN_OR_RETURN(plan.text_, ReadFile(file));
  BL_RETURN_IF_ERROR(StatusOf(ReadAndCheckReleasePlan(plan.text_, &plan.proto_), file.string()));
  plan.digest_ = Sha256Of(plan.text_);
  plan.folder_ = file.parent_path();
  return plan;
}

}  // namespace blindlink::agent
