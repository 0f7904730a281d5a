#include "agent/clinical/release_plan/release_plan.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/clinical/release_plan/release_plan_checker.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/plan/plan_mistakes.h"
#include "google/protobuf/text_format.h"

namespace blindlink::agent {
namespace {

constexpr size_t kMaxBytes = size_t{1} << 20;

std::vector<PlanMistake> ReadAndCheck(absl::string_view text, v1::ReleasePlan* plan) {
  PlanMistakes mistakes;
  google::protobuf::TextFormat::ParseInfoTree locations;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&mistakes);
  parser.WriteLocationsTo(&locations);
  if (text.size() > kMaxBytes) {
    mistakes.AddError(-1, -1, "the plan is longer than 1 MiB");
  } else if (parser.ParseFromString(std::string(text), plan)) {
    FillInDefaults(plan);
    CheckReleasePlan(*plan, {&locations, v1::ReleasePlan::descriptor(), ""}, &mistakes);
  } else if (mistakes.size() == 0) {
    mistakes.AddError(-1, -1, "the plan is not protobuf text");
  }
  return mistakes.Take();
}

}  // namespace

absl::StatusOr<ReleasePlan> ReleasePlan::Parse(absl::string_view text) {
  ReleasePlan plan;
  const std::vector<PlanMistake> mistakes = ReadAndCheck(text, &plan.proto_);
  if (mistakes.empty()) {
    plan.digest_ = Sha256Of(text);
    return plan;
  }
  std::string message = "the release plan is not valid";
  for (const PlanMistake& mistake : mistakes) {
    absl::StrAppend(&message, "\n  ");
    if (mistake.line > 0) absl::StrAppend(&message, mistake.line, ":", mistake.column, ": ");
    absl::StrAppend(&message, mistake.message);
  }
  return absl::InvalidArgumentError(message);
}

absl::StatusOr<ReleasePlan> ReleasePlan::Load(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  absl::StatusOr<ReleasePlan> plan = Parse(text);
  if (!plan.ok()) {
    return absl::Status(plan.status().code(),
                        absl::StrCat(file.string(), ": ", plan.status().message()));
  }
  plan->folder_ = file.parent_path();
  return plan;
}

}  // namespace blindlink::agent
